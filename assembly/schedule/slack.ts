/** By how much sources may be later before they decide when something starts. */

import { get, getAddress } from '../kernel/memory';
import { Pattern, Source } from './layout';
import { at } from './tables';

/**
 * The least that times of a source lie before what a line of `lineSets` sets started at; once it is 0 or less, that of some of them.
 *
 * @param times Of the source's line that is waited for.
 * @param finishes Of the line, which are `spare` cycles before its starts, counted as `times` are.
 */
export function leastSlack(source: usize, times: usize, finishes: usize, spare: i32, lineSets: i32): i32 {
  let slack = i32.MAX_VALUE;
  const table = getAddress(source, Source.ALONG);
  const pattern = get(source, Source.PATTERN);
  let done = 0;
  if (pattern === Pattern.CONTIGUOUS || pattern === Pattern.IDENTITY) {
    done = get(source, Source.RUN) & ~3;
    const first = times + ((<usize>at(table, 0)) << 2);
    if (done > 0) slack = leastBetween(first, finishes, done, -spare) + spare;
  }
  for (let x = done; x < lineSets && slack > 0; x++) {
    const entry = at(table, x);
    if (entry < 0) continue;
    const time = load<i32>(times + ((<usize>entry) << 2));
    slack = min(slack, load<i32>(finishes + ((<usize>x) << 2)) + spare - time);
  }
  return slack;
}

/** The least that `count` times lie before others, in whole vectors; once it is `enough` or less, that of some of them. */
function leastBetween(times: usize, others: usize, count: i32, enough: i32): i32 {
  const end = times + ((<usize>count) << 2);
  const least = i32x4.splat(enough);
  let result = i32x4.splat(i32.MAX_VALUE);
  for (; times < end; times += 16, others += 16) {
    const between = i32x4.sub(v128.load(others), v128.load(times));
    result = i32x4.min_s(result, between);
    if (v128.any_true(i32x4.le_s(between, least))) break;
  }
  const pairs = i32x4.min_s(result, v128.shuffle<i32>(result, result, 2, 3, 0, 1));
  return min(i32x4.extract_lane(pairs, 0), i32x4.extract_lane(pairs, 1));
}
