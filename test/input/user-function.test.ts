import { expect, test } from 'vitest';
import { ClsaCimError, hasCode } from '../../src/errors.ts';
import { callUser } from '../../src/input/user-function.ts';
import { thrownBy } from '../thrown.ts';

/** What another copy of the package throws: of no class that this one knows. */
class ErrorOfCopy extends Error {
  override readonly name = 'ClsaCimError';
  readonly kind = 'usage';
  readonly code = 'UNKNOWN_NAME';
  readonly given = 'fastest';
  readonly known = ['none', 'greedy'];
  readonly mistakes = ['no policy is called fastest', 'no chip is called mine'];
}

test('what a function of the user’s throws is told with what it was', () => {
  const thrown = new Error('no');
  const error = thrownBy(() =>
    callUser('policy', () => {
      throw thrown;
    }),
  );
  expect(error).toMatchObject({ message: 'policy failed: no', code: 'USER_FUNCTION', cause: thrown });
});

test.each([
  ['of ours', () => new ClsaCimError('too many', 'usage')],
  ['of another copy of the package', () => new ErrorOfCopy('no policy is called fastest')],
])('an error %s says by itself what is wrong', (_, make) => {
  const made = make();
  const error = thrownBy(() =>
    callUser('policy', () => {
      throw made;
    }),
  );
  expect(error).toMatchObject({ message: made.message, kind: 'usage', code: made.code });
  expect(error.mistakes).toEqual(made.mistakes);
  if (made instanceof ErrorOfCopy) {
    expect(hasCode(error, 'UNKNOWN_NAME') && [error.given, error.known]).toEqual([made.given, made.known]);
  }
});
