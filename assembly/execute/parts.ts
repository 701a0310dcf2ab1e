/** Floats in vectors of four, of which the last may be a part. */

/** Floats of a vector. */
export const LANES: i32 = 4;
/** Bytes of a vector. */
export const VECTOR: usize = 16;

/** True for the first `count` floats of a vector. */
export function firstLanes(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** Stores the first `count` floats of a vector, fewer than four. */
export function storePart(to: usize, v: v128, count: i32): void {
  if (count > 0) v128.store_lane<f32>(to, v, 0);
  if (count > 1) v128.store_lane<f32>(to, v, 1, 4);
  if (count > 2) v128.store_lane<f32>(to, v, 2, 8);
}

/** The sum of the floats of a vector. */
export function sumOf(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}
