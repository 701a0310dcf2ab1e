import type { NormalArchitecture } from '../architecture/normal-architecture.ts';
import type { Network } from '../network/network.ts';
import { type Duplication, duplicate } from './duplicate.ts';
import { policiesByBudget } from './duplication/by-budget.ts';
import type { DuplicationName } from './duplication/index.ts';
import type { CopiesByBudget } from './duplication/policy.ts';
import { checkFit, type Fit, Fitter } from './fit.ts';
import type { PeOptions } from './mapped-layer.ts';
import { type Mapping, withCopies } from './mapping.ts';

/**
 * Maps one network to one architecture with any numbers of PEs, as `mapNetwork` does: what does not depend on how many there
 * are is done once.
 */
export class Mapper {
  readonly #network: Network;
  readonly #architecture: NormalArchitecture;
  readonly #fitter: Fitter;
  /** Of crossbars of one size: what the policies that have a name give. */
  readonly #byBudget = new Map<DuplicationName, CopiesByBudget>();

  /** @throws ClsaCimError as `mapNetwork` does, but not for options. */
  constructor(network: Network, architecture: NormalArchitecture) {
    this.#network = network;
    this.#architecture = architecture;
    this.#fitter = new Fitter(network, architecture);
  }

  /**
   * One copy of every layer, whether or not the PEs suffice.
   *
   * @throws ClsaCimError of kind `usage` where an option is at fault.
   */
  fit(options: PeOptions): Fit {
    return this.#fitter.fit(options);
  }

  /**
   * The mapping of a fit that {@link fit} has given.
   *
   * @throws ClsaCimError where PEs are missing, or what a policy returns is at fault.
   */
  map(fit: Fit, duplication: Duplication = 'greedy'): Mapping {
    checkFit(this.#network, fit, this.#architecture);
    return withCopies(fit, this.#copies(fit, duplication));
  }

  #copies(fit: Fit, duplication: Duplication): readonly number[] {
    if (fit.crossbars.classes.length > 1 || !isPolicyName(duplication)) return duplicate(fit, duplication);
    const kept = this.#byBudget.get(duplication) ?? policiesByBudget[duplication](fit.layers);
    this.#byBudget.set(duplication, kept);
    return kept(fit.there[0]! - fit.needed[0]!);
  }
}

function isPolicyName(duplication: Duplication): duplication is DuplicationName {
  return typeof duplication === 'string' && Object.hasOwn(policiesByBudget, duplication);
}
