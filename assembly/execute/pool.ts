/** What is made of the values of channels under a window. Behind the end of what is read up to 12 bytes are touched. */
import { PoolKind } from './elements-layout';
import { LANES, storePart } from './parts';

/**
 * Writes `channels` values, each of the same channel at several places.
 *
 * @param kind A number of {@link PoolKind}.
 * @param places Addresses of the first channel, `count` of them, at least one.
 * @param divisor What a mean divides by.
 */
export function poolChannels(
  kind: i32,
  out: usize,
  places: usize,
  count: i32,
  channels: i32,
  divisor: f64,
): void {
  const end = places + ((<usize>count) << 2);
  const by = f64x2.splat(kind === PoolKind.MEAN ? divisor : 1);
  for (let channel = 0; channel < channels; channel += LANES) {
    const at = (<usize>channel) << 2;
    const v = kind === PoolKind.MAX ? greatestAt(places, end, at) : sumAt(places, end, at, by);
    if (channels - channel >= LANES) v128.store(out + at, v);
    else storePart(out + at, v, channels - channel);
  }
}

function greatestAt(places: usize, end: usize, at: usize): v128 {
  let v = v128.load(<usize>load<u32>(places) + at);
  for (let place = places + 4; place < end; place += 4) {
    v = f32x4.max(v, v128.load(<usize>load<u32>(place) + at));
  }
  return v;
}

/** Sums of doubles by a divisor: thousands of values may be under a window. */
function sumAt(places: usize, end: usize, at: usize, divisor: v128): v128 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let place = places; place < end; place += 4) {
    const v = v128.load(<usize>load<u32>(place) + at);
    low = f64x2.add(low, f64x2.promote_low_f32x4(v));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 2, 3)));
  }
  const first = f32x4.demote_f64x2_zero(f64x2.div(low, divisor));
  const second = f32x4.demote_f64x2_zero(f64x2.div(high, divisor));
  return v128.shuffle<i64>(first, second, 0, 2);
}
