/** True where all lists hold the same. */
export function areAllEqual(lists: readonly Int32Array[]): boolean {
  const first = lists[0]!;
  return lists.every((list) => list === first || areEqual(list, first));
}

function areEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
