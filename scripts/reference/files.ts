import type { GenericSchema } from 'valibot';
import { architectureFields } from '../../src/architecture/architecture-fields.ts';
import { chipFields } from '../../src/architecture/chip.ts';
import { crossbarFields } from '../../src/architecture/crossbar-fields.ts';
import { docOf, isOptional } from '../../src/architecture/field.ts';
import { isHighBetter, isMetric, missingColumn, resultColumns, resultType } from '../../src/sweep/columns.ts';
import { describeParameters } from '../../src/sweep/parameters.ts';
import { code, markdownTable } from './table.ts';

type Fields = Readonly<Record<string, GenericSchema>>;

/** The fields of the files that are read, and the columns of the tables that are written, from the code that does so. */
export function filesPage(): string {
  return `# Files

## Architectures

A file for \`--arch\`, YAML or JSON. The unit of a figure is the end of its name: \`Ns\` nanoseconds, \`Pj\` picojoules, \`Mw\`
milliwatts, \`Mm2\` mm². What may be left out has a meaning then, which its line says.

${fieldTable(architectureFields)}
### Crossbars of several sizes

Entries of \`crossbars\`.

${fieldTable(crossbarFields)}
### Chip

Fields of \`chip\`, which simulations need. A figure that is left out is free or unlimited.

${fieldTable(chipFields)}
## Parameters of sweeps

What \`product\` and \`zip\` of a [spec](../sweep.md#the-spec) may have, besides \`dim.NAME\` for a size that the models leave open.

${parameterTable()}
Every field of an architecture that is a single value is a parameter, too: \`crossbarRows\`, \`cellBits\`, …, and those of its \`chip\` as
\`chip.linkBitsPerCycle\` and so on: ${architectureParameters()}.

## Columns of sweeps

Columns of \`results.csv\` and \`results.parquet\` behind the parameters. What they mean is said of the [keys](results.md) of the same names.
Those with a better end are metrics of Pareto fronts.

${columnTable()}`;
}

function fieldTable(fields: Fields): string {
  const rows = Object.entries(fields).map(([name, schema]) => [
    code(name),
    isOptional(schema) ? '' : 'needed',
    docOf(schema),
  ]);
  return markdownTable(['field', '', 'what it is'], rows);
}

function parameterTable(): string {
  const rows = describeParameters()
    .filter(({ part }) => part !== 'architecture')
    .map(({ name, doc, initial }) => [code(name), code(initial === undefined ? '' : String(initial)), doc]);
  return markdownTable(['parameter', 'default', 'what it is'], rows);
}

const architectureParameters = () =>
  describeParameters()
    .filter(({ part }) => part === 'architecture')
    .map(({ name }) => code(name))
    .join(', ');

function columnTable(): string {
  const [ideal, simulated] = [
    resultColumns({ ideal: true, simulated: false }),
    resultColumns({ ideal: false, simulated: true }),
  ];
  const rows = [...new Set([...ideal, ...simulated])].map((name) => [
    code(name),
    resultType(name),
    [
      ...(ideal.includes(name) ? ['schedules'] : []),
      ...(simulated.includes(name) ? ['simulations'] : []),
    ].join(', '),
    isMetric(name) ? (isHighBetter(name) ? 'high' : 'low') : '',
    code(missingColumn(name) ?? ''),
  ]);
  return markdownTable(['column', 'type', 'of', 'better', 'does not count what is in'], rows);
}
