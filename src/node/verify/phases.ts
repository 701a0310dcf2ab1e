import type { OnProgress } from '../../progress.ts';

/** Does a part of the work that may take long, and is told what it is, in words. */
export type InPhase = <T>(what: string, work: (onProgress: OnProgress) => T | Promise<T>) => Promise<T>;
