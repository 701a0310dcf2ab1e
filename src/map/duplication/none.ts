import type { DuplicationPolicy } from './policy.ts';

/** One copy of every layer. */
export const none: DuplicationPolicy = (layers) => layers.map(() => 1);
