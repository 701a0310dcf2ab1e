/**
 * Random numbers by position: the same counter and key give the same numbers, whoever asks and whenever. Philox4x32-10
 * (Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC 2011).
 */

const ROUNDS = 10;
const MULTIPLIER_A: u64 = 0xd2511f53;
const MULTIPLIER_B: u64 = 0xcd9e8d57;
const KEY_STEP_A: u32 = 0x9e3779b9;
const KEY_STEP_B: u32 = 0xbb67ae85;

/** Bits of a uniform number; the largest normal one follows from them. */
const UNIFORM_BITS = 24;
const UNIFORM_STEP: f32 = 1.0 / 16777216.0;
const TURN: f32 = 6.2831855;

let word0: u32 = 0;
let word1: u32 = 0;
let word2: u32 = 0;
let word3: u32 = 0;

/** Draws four words for a counter of four and a key of two. */
export function draw(a: u32, b: u32, c: u32, d: u32, keyA: u32, keyB: u32): void {
  for (let round = 0; round < ROUNDS; round++) {
    const first = MULTIPLIER_A * <u64>a;
    const second = MULTIPLIER_B * <u64>c;
    a = <u32>(second >> 32) ^ b ^ keyA;
    b = <u32>second;
    c = <u32>(first >> 32) ^ d ^ keyB;
    d = <u32>first;
    keyA += KEY_STEP_A;
    keyB += KEY_STEP_B;
  }
  word0 = a;
  word1 = b;
  word2 = c;
  word3 = d;
}

/** Word `index` of the last draw. */
export function drawn(index: i32): u32 {
  if (index === 0) return word0;
  if (index === 1) return word1;
  return index === 2 ? word2 : word3;
}

/** A number above 0, at most 1. */
function uniform(word: u32): f32 {
  return <f32>((word >> (32 - UNIFORM_BITS)) + 1) * UNIFORM_STEP;
}

/** The last word of the last draw as a number above 0, at most 1. */
export function lastUniform(): f32 {
  return uniform(word3);
}

/** Number `index` of the four of a normal distribution, mean 0 and deviation 1, that the last draw makes (Box and Muller). */
export function normal(index: i32): f32 {
  const radius = Mathf.sqrt(-2 * Mathf.log(uniform(index < 2 ? word0 : word2)));
  const angle = TURN * uniform(index < 2 ? word1 : word3);
  return radius * ((index & 1) === 0 ? Mathf.cos(angle) : Mathf.sin(angle));
}
