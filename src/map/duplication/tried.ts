import { duplicationPolicies } from './index.ts';

/**
 * The policy that tries lists of copies on the chip and takes the fastest. It takes a simulation, so it is none of those
 * that map alone.
 */
export const TRIED = 'tried';

/** Names of all policies: those that map alone, and the one that takes a simulation. */
export const duplicationNames: readonly string[] = [...Object.keys(duplicationPolicies), TRIED];
