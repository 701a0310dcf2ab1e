import { expect } from 'vitest';
import { ClsaCimError } from '../../../src/errors.ts';

/** The message of what `run` throws, which is a line for users. */
export function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ClsaCimError);
    const message = error instanceof Error ? error.message : '';
    expect(message).not.toMatch(/[\r\n]/);
    return message;
  }
  throw new Error('nothing was thrown');
}
