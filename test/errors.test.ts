import { once } from 'node:events';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describe, expect, test, vi } from 'vitest';
import { ClsaCimError, hasCode } from '../src/errors.ts';

describe('ClsaCimError', () => {
  test('has the code of its kind where nothing more is known', () => {
    expect(new ClsaCimError('x')).toMatchObject({ kind: 'input', code: 'INVALID_INPUT' });
    expect(new ClsaCimError('x', 'usage')).toMatchObject({ kind: 'usage', code: 'INVALID_OPTION' });
  });

  test('carries figures that can be read once its code is known', () => {
    const figures = { neededPes: 117, totalPes: 100, missingPes: [17] };
    const error: unknown = new ClsaCimError('x', 'input', { code: 'DOES_NOT_FIT', ...figures });
    expect(error).toMatchObject(figures);
    expect(hasCode(error, 'DOES_NOT_FIT') && error.neededPes - error.totalPes).toBe(17);
    expect(hasCode(error, 'DEADLOCK')).toBe(false);
    expect(hasCode(new Error('x'), 'DEADLOCK')).toBe(false);
  });

  test('keeps kind, code, figures and cause in other words', () => {
    const cause = new Error('first');
    const details = { code: 'UNKNOWN_NAME', given: 'x', known: ['y'], cause, mistakes: ['a', 'b'] } as const;
    const error = new ClsaCimError('a', 'usage', details).withMessage('here: a');
    expect(error).toMatchObject({
      message: 'here: a',
      kind: 'usage',
      code: 'UNKNOWN_NAME',
      known: ['y'],
      cause,
    });
    expect(error.mistakes).toEqual(['here: a']);
  });
});

describe('a message that takes its time', () => {
  const lazy = () => {
    const compute = vi.fn(() => 'buffers are too small');
    return { compute, error: new ClsaCimError(compute, 'input', { code: 'DEADLOCK', cycle: 7 }) };
  };

  test('is not made for who only looks at the code', () => {
    const { error, compute } = lazy();
    expect(hasCode(error, 'DEADLOCK') && error.cycle).toBe(7);
    expect(error.kind).toBe('input');
    expect(compute).not.toHaveBeenCalled();
  });

  test.each<[string, (error: ClsaCimError) => string]>([
    ['message', (error) => error.message],
    ['mistakes', (error) => error.mistakes.join()],
    ['String', String],
    ['stack', (error) => String(error.stack)],
    ['inspect', (error) => inspect(error)],
    ['the stack of a clone', (error) => String(structuredClone(error).stack)],
  ])('is made once, for %s', (_, read) => {
    const { error, compute } = lazy();
    expect(read(error)).toContain('buffers are too small');
    expect(read(error)).toContain('buffers are too small');
    expect(error.name).toBe('ClsaCimError');
    expect(compute).toHaveBeenCalledOnce();
  });

  test('has a stack like that of other errors', () => {
    const [head, first] = String(lazy().error.stack).split('\n');
    expect(head).toBe('ClsaCimError: buffers are too small');
    expect(first).toMatch(/^ {4}at .*errors\.test\.ts/);
  });

  test('reaches another thread: its stack always, its message once it was asked for', async () => {
    const worker = new Worker(
      "const { parentPort } = require('node:worker_threads');" +
        "parentPort.on('message', ({ message, stack }) => parentPort.postMessage([message, stack]));",
      { eval: true },
    );
    const sent = async (error: Error) => {
      worker.postMessage(error);
      const [reply]: unknown[] = await once(worker, 'message');
      return reply;
    };
    const { error } = lazy();
    const stack = expect.stringContaining('ClsaCimError: buffers are too small\n');
    expect(await sent(error)).toEqual(['', stack]);
    expect(await sent(error)).toEqual(['buffers are too small', stack]);
    await worker.terminate();
  });
});
