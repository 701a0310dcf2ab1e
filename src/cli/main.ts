#!/usr/bin/env node
import { join } from 'node:path';
import { keepCompiledCode } from './compile-cache.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`clsa-cim … | head`) is no error.
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`clsa-cim: cannot write to standard output (${error.code}); send it elsewhere\n`);
  process.exit(1);
});
// What it does is not worth less where nobody reads what it says about it (`clsa-cim … 2>&1 >results | head`).
process.stderr.on('error', () => {});
// A command that never comes to its end has failed.
process.once('beforeExit', () => {
  process.exitCode ??= 70;
});

const args = process.argv.slice(2);
const [command = ''] = args;
keepCompiledCode(
  join(import.meta.dirname, '../command-line'),
  /^[a-z]{1,20}$/.test(command) ? command : 'other',
);
// Not before: what is loaded from here on is kept.
void import('./run.ts').then(async ({ run }) => {
  process.exitCode = await run(args);
  // All is done when that is written; to take down what there is in memory would take as long as a tenth of a short command.
  process.stdout.write('', (error) => {
    if (!error && process.stderr.writableLength === 0) process.exit();
  });
});
