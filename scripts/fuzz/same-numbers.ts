/** Demands that two lists are the same. */
export function expectSameNumbers(what: string, ours: ArrayLike<number>, theirs: ArrayLike<number>): void {
  if (ours.length !== theirs.length) {
    throw new Error(`${what}: there are ${ours.length} numbers, and there should be ${theirs.length}`);
  }
  for (let i = 0; i < ours.length; i++) {
    if (ours[i] !== theirs[i])
      throw new Error(`${what}: number ${i} is ${ours[i]}, and should be ${theirs[i]}`);
  }
}
