import type { Arrangement } from '../../../../src/network/tensor.ts';
import { FLOAT, type ModelSpec } from '../onnx-writer.ts';
import type { OperatorCase } from './case.ts';
import type { Source } from './our-reads.ts';
import { heightOf, positionOfValues, widthOf } from './positions.ts';
import { random } from './random.ts';
import type { Feed, Output, Runner } from './runtime.ts';

/** An input of the model that is perturbed. */
export interface Perturbed extends Source {
  /** Its name in the model. */
  readonly feed: string;
  readonly type: number;
  readonly range: readonly [number, number];
}

/** Per position of an output and source, one byte for each position of the source: 1 where it is read. */
export type Reads = readonly (readonly Uint8Array[])[];

/** Which positions of which source to try. */
type Wanted = (source: number, position: number) => boolean;

/** How values are drawn, as shares of an input's range: up, down, and either. */
const DIRECTIONS: readonly ((random: number) => number)[] = [
  (random) => 1 - 0.15 * random,
  (random) => 0.15 * random,
  (random) => (random < 0.5 ? 0.3 * random : 0.7 + 0.3 * random),
];

/**
 * What the outputs of a model read, as ONNX Runtime shows it: what changes when a position of an input is
 * perturbed, over all channels at once. A change may stay hidden (behind a greater value, in a rounding), so
 * every round tries other values.
 */
export class RuntimeReads {
  readonly reads: readonly Reads[];
  readonly #session: Runner;
  readonly #sources: readonly Perturbed[];
  readonly #feeds: (seed: number) => Record<string, Feed>;
  readonly #outputs: readonly { name: string; positions: Int32Array }[];
  #round = 0;

  constructor(
    session: Runner,
    sources: readonly Perturbed[],
    feeds: (seed: number) => Record<string, Feed>,
    outputs: readonly (Arrangement & { readonly name: string })[],
  ) {
    this.#session = session;
    this.#sources = sources;
    this.#feeds = feeds;
    this.#outputs = outputs.map((output) => ({ name: output.name, positions: positionOfValues(output) }));
    this.reads = outputs.map((output) =>
      Array.from({ length: heightOf(output) * widthOf(output) }, () =>
        sources.map((source) => new Uint8Array(heightOf(source) * widthOf(source))),
      ),
    );
  }

  /** Perturbs every position that is wanted once more. */
  async round(wanted: Wanted): Promise<void> {
    const round = this.#round++;
    const next = random(99 + round);
    const share = DIRECTIONS[round % DIRECTIONS.length]!;
    const inputs = this.#feeds(Math.floor(round / 2));
    const before = await this.#session.run(inputs);
    for (const [s, source] of this.#sources.entries()) {
      const positions = positionOfValues(source);
      const input = inputs[source.feed]!;
      const count = heightOf(source) * widthOf(source);
      for (let position = 0; position < count; position++) {
        if (!wanted(s, position)) continue;
        const values = input.values.map((value, i) =>
          positions[i] === position ? between(source, share(next())) : value,
        );
        const after = await this.#session.run({ ...inputs, [source.feed]: { ...input, values } });
        this.#note(before, after, s, position);
      }
    }
  }

  #note(
    before: ReadonlyMap<string, Output>,
    after: ReadonlyMap<string, Output>,
    source: number,
    position: number,
  ): void {
    this.#outputs.forEach(({ name, positions }, output) => {
      for (const changed of differences(before.get(name)!, after.get(name)!)) {
        this.reads[output]![positions[changed]!]![source]![position] = 1;
      }
    });
  }
}

/** Values for all inputs of a model, by seed. */
export function feedsOf(test: OperatorCase, spec: ModelSpec, sources: readonly Perturbed[]) {
  return (seed: number): Record<string, Feed> => {
    const next = random(seed + 1);
    const feeds = Object.entries(spec.inputs ?? {}).map(([name, size]) => {
      const dims = size.map(Number);
      const count = dims.reduce((product, length) => product * length, 1);
      const source = sources.find(({ feed }) => feed === name);
      const values =
        source === undefined
          ? test.fixed![name]!
          : Array.from({ length: count }, () => between(source, 0.3 + 0.4 * next()));
      return [name, { dims, type: spec.types?.[name] ?? FLOAT, values }] as const;
    });
    return Object.fromEntries(feeds);
  };
}

/** The value at a share of an input's range; a whole number for integers. */
function between({ range: [low, high], type }: Perturbed, share: number): number {
  const value = low + share * (high - low);
  return type === FLOAT ? value : Math.round(value);
}

/** Where two results are not the same; nothing that is not read can change them by a single bit. */
function differences(before: Output, after: Output): number[] {
  const found: number[] = [];
  for (let i = 0; i < before.values.length; i++) {
    const [a, b] = [before.values[i]!, after.values[i]!];
    if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) found.push(i);
  }
  return found;
}
