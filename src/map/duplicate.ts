import { ClsaCimError } from '../errors.ts';
import { unknownName } from '../input/nearest.ts';
import { oneLine, show } from '../input/show.ts';
import { callUser, frozenCopy } from '../input/user-function.ts';
import {
  type DuplicableLayer,
  type DuplicationName,
  type DuplicationPolicy,
  duplicationPolicies,
} from './duplication/index.ts';
import { TRIED } from './duplication/tried.ts';
import type { Fit } from './fit.ts';

/** A policy, by name or as a function, or the copies of every base layer. `tried` is for simulations. */
export type Duplication = DuplicationName | typeof TRIED | DuplicationPolicy | readonly number[];

/**
 * Copies of every base layer. A policy decides for the layers of each class of crossbars by itself, since copies in one
 * class take no PEs of another. So `greedy` and `sum` give what they would give for all classes together; a
 * user's function is called once for each class that has layers, with a copy of them that cannot be changed.
 *
 * @throws ClsaCimError of kind `usage` where no policy has this name, or where what a user gives does not fit; of kind
 * `input` where a user's function throws.
 */
export function duplicate(
  { layers, crossbars: { classes }, needed, there }: Fit,
  duplication: Duplication,
): readonly number[] {
  if (typeof duplication !== 'string' && typeof duplication !== 'function') {
    checkCount(duplication, layers, LIST);
  }
  if (classes.length === 1) return copiesIn({ layers, extraPes: there[0]! - needed[0]! }, duplication);
  const copies = layers.map(() => 1);
  classes.forEach(({ name }, crossbar) => {
    const members = layers.flatMap((layer, i) => (layer.crossbar === crossbar ? [i] : []));
    if (members.length === 0) return;
    const room: Room = {
      layers: members.map((i) => layers[i]!),
      extraPes: there[crossbar]! - needed[crossbar]!,
      crossbar: name,
    };
    const own = typeof duplication === 'object' ? members.map((i) => duplication[i]!) : duplication;
    copiesIn(room, own).forEach((count, at) => {
      copies[members[at]!] = count;
    });
  });
  return copies;
}

/** The layers of one class of crossbars. */
interface Room {
  readonly layers: readonly DuplicableLayer[];
  /** PEs of the class beyond one copy of each. */
  readonly extraPes: number;
  /** Name of the class, where there are several. */
  readonly crossbar?: string;
}

const LIST = 'the list of copies';

function copiesIn(room: Room, duplication: Duplication): readonly number[] {
  const { layers, extraPes } = room;
  if (typeof duplication === 'function') {
    const what = `the duplication policy${duplication.name === '' ? '' : ` ${show(duplication.name)}`}`;
    // What it gives may be more than data, and throw when it is looked at.
    return callUser(what, () =>
      checked(duplication(frozenCopy(layers), extraPes), room, 'the duplication policy'),
    );
  }
  if (typeof duplication !== 'string') return checked(duplication, room, LIST);
  if (duplication === TRIED) {
    throw new ClsaCimError(
      'duplication: tried tries copies on a chip where values move, which takes a simulation (simulate); give ' +
        `${Object.keys(duplicationPolicies).join(', ')}, a function or copies`,
      'usage',
    );
  }
  if (Object.hasOwn(duplicationPolicies, duplication)) {
    return duplicationPolicies[duplication](layers, extraPes);
  }
  throw unknownName(
    'no duplication policy is called',
    String(duplication),
    Object.keys(duplicationPolicies),
    'usage',
  );
}

/** A copy of what comes from a user: copies of every layer, 1 or more, within the budget. */
function checked(
  given: readonly number[],
  { layers, extraPes, crossbar }: Room,
  from: string,
): readonly number[] {
  checkCount(given, layers, from);
  // From here on it is ours: nobody changes it after it was looked at.
  const copies = Array.from(given);
  const bad = layers.findIndex((_, i) => !Number.isSafeInteger(copies[i]) || copies[i]! < 1);
  if (bad >= 0) {
    throw new ClsaCimError(
      `${from}: copies of layer ${oneLine(layers[bad]!.name)} must be a whole number of 1 or more, found ` +
        show(copies[bad]),
      'usage',
    );
  }
  const wanted = layers.reduce((pes, layer, i) => pes + layer.pesPerCopy * (copies[i]! - 1), 0);
  if (wanted > extraPes) {
    const where = crossbar === undefined ? '' : ` of crossbar ${oneLine(crossbar)}`;
    const more = crossbar === undefined ? 'extra PEs' : 'PEs beyond the minimum in the architecture';
    throw new ClsaCimError(
      `${from}: takes ${wanted} PEs${where} beyond the minimum and ${extraPes} are left, ${wanted - extraPes} too ` +
        `few; give at least ${wanted} ${more} or fewer copies`,
      'usage',
    );
  }
  return copies;
}

/** @throws ClsaCimError of kind `usage` where a list of copies has not one entry for every layer. */
export function checkCount(
  copies: readonly number[],
  layers: readonly DuplicableLayer[],
  from: string,
): void {
  if (Array.isArray(copies) && copies.length === layers.length) return;
  const found = Array.isArray(copies) ? entries(copies.length) : show(copies);
  throw new ClsaCimError(
    `${from}: must give the copies of ${layers.length} base layers as a list, found ${found}`,
    'usage',
  );
}

function entries(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}
