/** A binary heap of layer numbers; `before` is a strict total order, and `first` comes before all others. */
export class Heap {
  readonly #items: number[];
  readonly #before: (a: number, b: number) => boolean;

  constructor(items: readonly number[], before: (a: number, b: number) => boolean) {
    this.#items = [...items];
    this.#before = before;
    for (let i = (items.length >> 1) - 1; i >= 0; i--) this.#sink(i);
  }

  get first(): number | undefined {
    return this.#items[0];
  }

  /** Puts the first item where it belongs after its place in the order has changed. */
  reorderFirst(): void {
    this.#sink(0);
  }

  /** Takes the first item out; there has to be one. */
  removeFirst(): void {
    const last = this.#items.pop()!;
    if (this.#items.length === 0) return;
    this.#items[0] = last;
    this.#sink(0);
  }

  #sink(start: number): void {
    const items = this.#items;
    const item = items[start]!;
    let at = start;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.#before(items[child + 1]!, items[child]!)) child++;
      if (!this.#before(items[child]!, item)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = item;
  }
}
