// Smooth outlines of painted pixels: a mask is blurred a little and followed where it
// crosses one half, so that paint looks rubbed on, not counted.

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

type Ring = number[]; // x0 y0 x1 y1 ...

/** Path data for a mask of w by h samples that stands at box.x, box.y; unit is one sample in view units. */
export function outline(mask: Float32Array, box: Box, unit: number, passes: number): string {
  let field = mask;
  for (let i = 0; i < passes; i++) field = blur(field, box.w, box.h);
  let d = "";
  for (const ring of rings(field, box.w, box.h)) d += curve(ring, box, unit);
  return d;
}

/** A box blur of three by three; a few of them are near enough to a round one. */
function blur(src: Float32Array, w: number, h: number): Float32Array {
  const across = new Float32Array(src.length);
  const out = new Float32Array(src.length);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const i = y * w + x;
      across[i] = ((x > 0 ? src[i - 1] : 0) + src[i] + (x < w - 1 ? src[i + 1] : 0)) / 3;
    }
  }
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const i = y * w + x;
      out[i] = ((y > 0 ? across[i - w] : 0) + across[i] + (y < h - 1 ? across[i + w] : 0)) / 3;
    }
  }
  return out;
}

const half = 0.42; // a little under one half gives back what the blur takes

/** Marching squares. The mask must have an empty border of one sample. */
function rings(f: Float32Array, w: number, h: number): Ring[] {
  // an edge point is named by the sample it starts from: 2i to the right, 2i+1 down
  const next = new Map<number, number>();
  for (let y = 0; y < h - 1; y++) {
    for (let x = 0; x < w - 1; x++) {
      const i = y * w + x;
      const a = f[i] > half;
      const b = f[i + 1] > half;
      const c = f[i + w + 1] > half;
      const e = f[i + w] > half;
      if (a === b && b === c && c === e) continue;
      const top = 2 * i;
      const right = 2 * (i + 1) + 1;
      const bottom = 2 * (i + w);
      const left = 2 * i + 1;
      // walk with the inside on the right hand
      switch ((a ? 8 : 0) | (b ? 4 : 0) | (c ? 2 : 0) | (e ? 1 : 0)) {
        case 8: next.set(left, top); break;
        case 4: next.set(top, right); break;
        case 2: next.set(right, bottom); break;
        case 1: next.set(bottom, left); break;
        case 12: next.set(left, right); break;
        case 6: next.set(top, bottom); break;
        case 3: next.set(right, left); break;
        case 9: next.set(bottom, top); break;
        case 14: next.set(left, bottom); break;
        case 7: next.set(top, left); break;
        case 11: next.set(right, top); break;
        case 13: next.set(bottom, right); break;
        case 10: next.set(left, top); next.set(right, bottom); break;
        case 5: next.set(top, right); next.set(bottom, left); break;
      }
    }
  }
  const found: Ring[] = [];
  while (next.size > 0) {
    const start = next.keys().next().value as number;
    const ring: Ring = [];
    let at: number | undefined = start;
    while (at !== undefined && next.has(at)) {
      const i = at >> 1;
      const x = i % w;
      const y = (i - x) / w;
      const j = at & 1 ? i + w : i + 1;
      const t = (half - f[i]) / (f[j] - f[i]);
      ring.push(at & 1 ? x : x + t, at & 1 ? y + t : y);
      const to: number | undefined = next.get(at);
      next.delete(at);
      at = to;
    }
    if (ring.length >= 12) found.push(ring);
  }
  return found;
}

/** A closed curve through the middles of every second edge. */
function curve(ring: Ring, box: Box, unit: number): string {
  const points: [number, number][] = [];
  const step = ring.length > 48 ? 4 : 2;
  for (let i = 0; i < ring.length; i += step) points.push([(ring[i] + box.x + 0.5) * unit, (ring[i + 1] + box.y + 0.5) * unit]);
  const middle = (i: number): [number, number] => {
    const p = points[i % points.length];
    const q = points[(i + 1) % points.length];
    return [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
  };
  const [x0, y0] = middle(0);
  let d = `M${x0.toFixed(1)} ${y0.toFixed(1)}`;
  for (let i = 1; i <= points.length; i++) {
    const [cx, cy] = points[i % points.length];
    const [x, y] = middle(i);
    d += `Q${cx.toFixed(1)} ${cy.toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  return `${d}Z`;
}
