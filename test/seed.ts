/**
 * Random cases are the same for everybody and every time; `SEED=n` draws others, of all properties. A test that fails then
 * has found something, and what it found becomes an example.
 */
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.SEED ?? 1) });
