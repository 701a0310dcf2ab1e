import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import vm from 'node:vm';
import { crc32 } from 'node:zlib';

/** A module that is loaded by `require`. */
interface Loaded {
  readonly exports: unknown;
  require(id: string): unknown;
}

/** How modules with a name of some ending are loaded. */
type Load = (module: Loaded, file: string) => void;

/** What Node wraps modules in. */
const BEGINNING = '(function (exports, require, module, __filename, __dirname) { ';
const END = '\n});';
/** Bytes of the checksum in front of what is kept: V8 takes what it is given, and looks at nothing but its length. */
const CHECKSUM_BYTES = 4;

/**
 * Lets V8 keep the code that it has compiled of our own modules, so that the same command starts in three quarters of the
 * time when it is run once more: in the folder of temporary files, or in `NODE_COMPILE_CACHE`, unless
 * `NODE_DISABLE_COMPILE_CACHE` is set. Nothing depends on it: what cannot be read or written is passed over. The cache of
 * Node 22.1 and newer keeps the same for all commands, that is, what the first one ran, and saves half as much.
 *
 * @param modules The folder of our modules; their names have to change with their content.
 * @param command What is kept is what this command ran; others run other functions.
 */
export function keepCompiledCode(modules: string, command: string): void {
  if (process.env.NODE_DISABLE_COMPILE_CACHE === '1') return;
  const prefix = join(cacheFolder(), `${process.version}-${process.arch}-${command}-`);
  const compiled = new Map<string, vm.Script>();
  const loads = (nodeModule as unknown as { _extensions: Record<string, Load> })._extensions;
  loads['.cjs'] = (module, file) => {
    const code = dirname(file) === modules ? readFileSync(file) : undefined;
    // Code that was kept has forgotten how to import.
    if (code === undefined || code.includes('import(')) return loads['.js']!(module, file);
    const kept = prefix + basename(file);
    const cachedData = checked(kept);
    const script = new vm.Script(wrapped(code), {
      filename: file,
      columnOffset: -BEGINNING.length,
      cachedData,
    });
    if (script.cachedDataRejected ?? true) compiled.set(kept, script);
    const require = (id: string) => module.require(id);
    script.runInThisContext().call(module.exports, module.exports, require, module, file, dirname(file));
  };
  process.once('exit', () => {
    for (const [kept, script] of compiled) keep(kept, script);
  });
}

/**
 * The code of a module in what makes a function of it. Our modules are ASCII; and put together as texts, they would be large
 * enough to have garbage collected.
 */
function wrapped(code: Buffer): string {
  return Buffer.concat([Buffer.from(BEGINNING), code, Buffer.from(END)]).toString('latin1');
}

/** The folder of what is kept: one for each user, since what lies there is run. */
function cacheFolder(): string {
  return process.env.NODE_COMPILE_CACHE || join(tmpdir(), `clsa-cim-${process.getuid?.() ?? 'code'}`);
}

/** True for a folder of this user's that nobody else can write to. Where users have no numbers, they have folders of their own. */
function isOursAlone(folder: string): boolean {
  const { uid, mode } = lstatSync(folder);
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
}

/** What was kept in a file; undefined where there is nothing, it is damaged, or others might have written it. */
function checked(file: string): Buffer | undefined {
  try {
    if (!isOursAlone(dirname(file))) return undefined;
    const content = readFileSync(file);
    const data = content.subarray(CHECKSUM_BYTES);
    return content.length > CHECKSUM_BYTES && content.readUInt32LE() === crc32(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a file that is there whole or not at all. */
function keep(file: string, script: vm.Script): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    if (!isOursAlone(dirname(file))) return;
    const data = script.createCachedData();
    const checksum = Buffer.alloc(CHECKSUM_BYTES);
    checksum.writeUInt32LE(crc32(data));
    writeWhole(file, Buffer.concat([checksum, data]));
  } catch {
    // It starts as fast without it as it did today.
  }
}

/** Where a disk is full, what was written until then would keep it so, and every command would leave some more. */
function writeWhole(file: string, content: Buffer): void {
  const unfinished = `${file}.${process.pid}`;
  try {
    writeFileSync(unfinished, content, { mode: 0o600 });
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
