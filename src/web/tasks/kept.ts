/** What was made by key, the last few of it. */
export class Kept<Value> {
  readonly #values = new Map<string, Value>();
  readonly #most: number;
  readonly #drop: (value: Value) => void;

  /** @param drop Is told what is kept no longer. */
  constructor(most: number, drop: (value: Value) => void = () => {}) {
    this.#most = most;
    this.#drop = drop;
  }

  /** What was made under this key, or makes it. */
  get(key: string, make: () => Value): Value {
    const value = this.#values.get(key) ?? make();
    this.#values.delete(key);
    this.#values.set(key, value);
    for (const [oldest, dropped] of this.#values) {
      if (this.#values.size <= this.#most) break;
      this.#values.delete(oldest);
      this.#drop(dropped);
    }
    return value;
  }
}
