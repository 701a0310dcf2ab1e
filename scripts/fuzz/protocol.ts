import type { Verdict } from './judge.ts';

/** What a thread is asked: to make the input of a seed and run it, or to run these bytes. */
export type Question = { readonly seed: number } | { readonly bytes: Uint8Array };

/** What it answers: first how long the input may take, then how it went. */
export type Answer = { readonly limitMs: number } | { readonly verdict: Verdict; readonly ms: number };

/** What a thread is started with. */
export interface Setup {
  /** Name of the target. */
  readonly target: string;
  /** Whether files beside the project are in the corpus. */
  readonly isWithRealFiles: boolean;
}
