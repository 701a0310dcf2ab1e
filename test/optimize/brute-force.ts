import { isBase, type Network } from '../../src/network/network.ts';

/** Every vector of copies with `Σ pes·copies` of at most `totalPes` and no more copies than `most`. */
export function* allCopies(
  pes: readonly number[],
  totalPes: number,
  most: readonly number[],
): Generator<number[]> {
  if (pes.length === 0) {
    yield [];
    return;
  }
  const rest = pes.slice(1).reduce((sum, one) => sum + one, 0);
  for (let copies = 1; copies <= most[0]! && copies * pes[0]! + rest <= totalPes; copies++) {
    for (const others of allCopies(pes.slice(1), totalPes - copies * pes[0]!, most.slice(1))) {
      yield [copies, ...others];
    }
  }
}

/** A network whose base layers take the PEs given (again and again), on crossbars of one column. */
export function withPes(network: Network, pes: readonly number[]): Network {
  let index = 0;
  const layers = network.layers.map((layer) =>
    isBase(layer)
      ? { ...layer, weights: { rows: 1, columns: pes[index++ % pes.length]!, groups: 1 } }
      : layer,
  );
  return { ...network, layers };
}
