import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ClsaCimError } from '../errors.ts';
import { unknownName } from '../input/nearest.ts';
import { oneLine, reasonOf, show } from '../input/show.ts';
import { isModule } from '../input/user-function.ts';

/** A module that waits for longer while it is loaded (`await` outside of functions) never comes to an end. */
const LOAD_MS = 30_000;
/** A function that a user's module exports. What it takes and gives is known to who asks for it, and checked there. */
export type UserFunction = (...given: never[]) => unknown;

/**
 * The functions that a module exports, by name; the default export goes by the name of the function.
 *
 * @param where What asks for it, for messages.
 * @throws ClsaCimError where it cannot be loaded or exports no function.
 */
export async function exportedFunctions(url: string, where: string): Promise<Record<string, UserFunction>> {
  const functions: Record<string, UserFunction> = {};
  for (const [name, value] of Object.entries(await load(url, where))) {
    if (!isFunction(value)) continue;
    functions[name === 'default' && value.name !== '' ? value.name : name] = value;
  }
  if (Object.keys(functions).length > 0) return functions;
  throw new ClsaCimError(
    `${where}: ${nameOf(url)} exports no function; export policies, by name or as the default`,
  );
}

async function load(url: string, where: string): Promise<object> {
  const stop = new AbortController();
  const late = delay(LOAD_MS, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`it is not done after ${LOAD_MS / 1000} s; export functions, and wait for nothing`);
  });
  // The one that is not waited for any more.
  late.catch(() => {});
  try {
    const module: object = await Promise.race([import(url), late]);
    return module;
  } catch (error) {
    const reason = reasonOf(error);
    const hint = reason.startsWith('Unknown file extension')
      ? '; Node 22.18 loads it, or compile it first'
      : '';
    throw new ClsaCimError(`${where}: ${nameOf(url)} cannot be loaded: ${reason}${hint}`);
  } finally {
    stop.abort();
  }
}

/** What messages call a module. */
function nameOf(url: string): string {
  return url.startsWith('file:') ? show(fileURLToPath(url)) : 'the module of the sweep';
}

function isFunction(value: unknown): value is UserFunction {
  return typeof value === 'function';
}

/**
 * The function that `FILE` or `FILE#NAME` stands for, where FILE is a module: the one of that name, or the default
 * export, or the only one.
 *
 * @param where What asks for it, for messages.
 * @returns undefined where it names no module that is there.
 * @throws ClsaCimError where the module cannot be loaded, or it is open which of its functions is meant.
 */
export async function namedFunction(reference: string, where: string): Promise<UserFunction | undefined> {
  const [, path = reference, name] = existsSync(reference) ? [] : (/^(.*)#([^#]*)$/.exec(reference) ?? []);
  if (!isModule(path) || !existsSync(path)) return undefined;
  const { href } = pathToFileURL(path);
  const functions = await exportedFunctions(href, where);
  const names = Object.keys(functions);
  const chosen = name ?? (names.length === 1 ? names[0] : await defaultName(href, where));
  if (chosen === undefined) {
    throw new ClsaCimError(
      `${where}: ${oneLine(path)} exports several functions; give one of them as ${oneLine(path)}#NAME: ${names.join(', ')}`,
    );
  }
  if (Object.hasOwn(functions, chosen)) return functions[chosen];
  throw unknownName(`${where}: ${oneLine(path)} exports no function called`, chosen, names);
}

async function defaultName(url: string, where: string): Promise<string | undefined> {
  const value: unknown = new Map<string, unknown>(Object.entries(await load(url, where))).get('default');
  return isFunction(value) ? value.name || 'default' : undefined;
}
