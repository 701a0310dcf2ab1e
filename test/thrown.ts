import { expect } from 'vitest';
import { ClsaCimError } from '../src/errors.ts';

/** The ClsaCimError that `run` throws. */
export function thrownBy(run: () => unknown): ClsaCimError {
  try {
    run();
  } catch (error) {
    if (error instanceof ClsaCimError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The message of the ClsaCimError that `run` throws, which is a line that a person reads. */
export function messageOf(run: () => unknown): string {
  const { message } = thrownBy(run);
  expect(message).toMatch(/^[^\p{Cc}]{10,599}$/u);
  return message;
}
