import * as v from 'valibot';
import { type Configuration, changed, defaults, first, type Model } from './configuration.ts';

/** Everything that a link says. */
export interface Shared {
  readonly configurations: readonly Configuration[];
  readonly view: string;
  /** The name of the file that the link is about, which whoever opens it has to give. */
  readonly missingFile?: string;
}

const OTHER = 'other.';
const DIM = 'dim.';

const count = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));
const flag = v.pipe(
  v.literal('yes'),
  v.transform(() => true),
);
const json = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()));
const copies = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.number()));

/** What the options of a link may be; what is wrong with their values the command line says. */
const optionsSchema = v.partial(
  v.object({
    model: v.string(),
    file: v.string(),
    arch: v.string(),
    chip: json,
    pes: count,
    'extra-pes': count,
    duplication: v.union([v.picklist(['none', 'greedy', 'sum', 'tried']), copies]),
    scheduling: v.picklist(['xinf', 'lbl']),
    granularity: v.string(),
    batch: count,
    group: count,
    reload: v.picklist(['rolling', 'barrier']),
    rounds: v.picklist(['auto', 'fewest']),
    placement: v.picklist(['snake', 'optimised']),
    'batch-axis': flag,
    'allow-unknown': flag,
    'no-spill': flag,
    spill: v.picklist(['always']),
  }),
);

/** What is shared, as what stands behind `#` in a link: the options of the command line. */
export function linkOf({ configurations, view }: Pick<Shared, 'configurations' | 'view'>): string {
  const entries = configurations.flatMap((configuration, i) =>
    entriesOf(configuration).map(
      ([name, value]) => [i === 0 ? name : OTHER + name, value] as [string, string],
    ),
  );
  return new URLSearchParams([...entries, ...(view === 'schedule' ? [] : [['view', view]])]).toString();
}

function entriesOf(configuration: Configuration): (readonly [string, string])[] {
  const { model, dims, chip, extraPes, pes, duplication, batchAxis, allowUnknown } = configuration;
  const { arch, scheduling, granularity, batch, group, reload, rounds, placement, spill } = configuration;
  const plain = { arch, scheduling, granularity, batch, placement };
  return [
    // A file stays where it is: only its name is told.
    'zoo' in model ? ['model', model.zoo] : ['file', model.file.name],
    ...Object.entries(dims).map(([name, size]) => [DIM + name, String(size)] as const),
    ...option('chip', chip && JSON.stringify(chip)),
    ...option('pes', pes),
    ...option('extra-pes', extraPes),
    ...option('duplication', textOf(duplication)),
    ...Object.entries(plain).flatMap(([name, value]) =>
      value === defaults[name as keyof typeof plain] ? [] : option(name, value),
    ),
    ...Object.entries({ group, reload, rounds }).flatMap(([name, value]) => option(name, value)),
    ...option('batch-axis', batchAxis ? 'yes' : undefined),
    ...option('allow-unknown', allowUnknown ? 'yes' : undefined),
    ...option('no-spill', spill === false ? 'yes' : undefined),
    ...option('spill', spill === 'always' ? spill : undefined),
  ];
}

function textOf(duplication: Configuration['duplication']): string | undefined {
  return typeof duplication === 'object' ? JSON.stringify(duplication) : duplication;
}

function option(name: string, value: string | number | undefined): (readonly [string, string])[] {
  return value === undefined ? [] : [[name, String(value)]];
}

/** What a link says; undefined where it says nothing that is understood. */
export function readLink(hash: string): Shared | undefined {
  const entries = [...new URLSearchParams(hash.replace(/^#/, ''))];
  if (!entries.some(([name]) => isKnown(name.replace(OTHER, '')))) return undefined;
  const own = entries.filter(([name]) => !name.startsWith(OTHER));
  const others = entries.filter(([name]) => name.startsWith(OTHER));
  const read = [own, others.map(([name, value]) => [name.slice(OTHER.length), value] as const)]
    .filter(({ length }) => length > 0)
    .map(configurationOf);
  if (read.includes(undefined)) return undefined;
  const found = read.filter((one) => one !== undefined);
  const missingFile = found.find(({ file }) => file !== undefined)?.file;
  return {
    configurations: found.map(({ configuration }) => configuration),
    view: own.find(([name]) => name === 'view')?.[1] ?? 'schedule',
    ...(missingFile === undefined ? {} : { missingFile }),
  };
}

function isKnown(name: string): boolean {
  return name === 'view' || name.startsWith(DIM) || Object.hasOwn(optionsSchema.entries, name);
}

function configurationOf(entries: readonly (readonly [string, string])[]) {
  const dims = entries.filter(([name]) => name.startsWith(DIM));
  const parsed = v.safeParse(optionsSchema, Object.fromEntries(entries));
  if (!parsed.success) return undefined;
  const {
    model,
    file,
    'extra-pes': extraPes,
    'batch-axis': batchAxis,
    'allow-unknown': allowUnknown,
    'no-spill': noSpill,
    ...options
  } = parsed.output;
  const zoo: Model = model === undefined ? first.model : { zoo: model };
  const configuration = changed(
    { ...defaults, model: zoo },
    {
      ...options,
      extraPes,
      ...(batchAxis && { batchAxis }),
      ...(allowUnknown && { allowUnknown }),
      ...(noSpill && { spill: false }),
      dims: Object.fromEntries(dims.map(([name, size]) => [name.slice(DIM.length), Number(size)])),
    },
  );
  return { configuration, file };
}
