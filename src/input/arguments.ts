import { ClsaCimError } from '../errors.ts';
import { show } from './show.ts';
import { isMapping } from './validate.ts';

/**
 * Demands a text of a caller whose code is not checked by types.
 *
 * @param name The argument.
 * @param what What it has to be, in words.
 * @throws ClsaCimError of kind `usage` where it is none.
 */
export function demandText(given: unknown, name: string, what: string): void {
  if (typeof given === 'string') return;
  throw new ClsaCimError(`${name}: must be ${what}, found ${show(given)}`, 'usage');
}

/**
 * Demands something that a function of ours makes of a caller whose code is not checked by types, such as a network
 * in place of its name.
 *
 * @param name The argument.
 * @param maker The function whose result it has to be.
 * @throws ClsaCimError of kind `usage` where it is no object of that kind.
 */
export function demandObject(given: unknown, name: string, maker: string): void {
  if (isMapping(given)) return;
  throw new ClsaCimError(`${name}: must be what ${maker} returns, found ${show(given)}`, 'usage');
}
