import { Command } from 'commander';
import { paper } from '../../architecture/presets.ts';
import { jsonDocument } from '../../files/json-document.ts';
import { mapNetwork } from '../../map/mapping.ts';
import { table } from '../../report/table.ts';
import { zoo, zooNetwork } from '../../zoo/index.ts';
import { print, type WideFlag } from '../print.ts';

interface ModelsFlags extends WideFlag {
  readonly json?: boolean;
}

/** `clsa-cim models`: the networks of the zoo. */
export function modelsCommand(): Command {
  return new Command('models')
    .description('List the networks that are built in')
    .option('--json', 'print the list as one JSON document')
    .action(run);
}

async function run(flags: ModelsFlags): Promise<void> {
  const models = zoo.map((entry) => {
    const { layers, minimumPes } = mapNetwork(zooNetwork(entry.name), paper);
    const mvms = layers.reduce((sum, layer) => sum + layer.mvms, 0);
    const dims = Object.fromEntries(Object.entries(entry.dims).map(([name, dim]) => [name, dim.default]));
    const { name, description, source } = entry;
    return { name, description, source, dims, baseLayers: layers.length, minimumPes, mvms };
  });
  if (flags.json) {
    process.stdout.write(jsonDocument(models));
    return;
  }
  const rows = models.map((model) => [
    model.name,
    model.baseLayers,
    model.minimumPes,
    model.mvms,
    showDims(model.dims),
    model.description,
  ]);
  const heads = ['name', 'layers', 'PEs', 'MVMs', 'dimensions', 'network'];
  const text = [
    table(heads, rows, { important: ['network', 'layers', 'PEs', 'dimensions'], sentences: ['network'] }),
    '',
    'layers: base layers. PEs: the minimum on crossbars of 256 x 256 cells.',
    'Other sizes: --dim height=608 --dim width=608',
    '',
  ];
  await print(text, flags);
}

/** Dimensions of the same size stand together, as in `height=width=416`. */
function showDims(dims: Readonly<Record<string, number>>): string {
  const sizes = [...new Set(Object.values(dims))];
  const names = (size: number) => Object.keys(dims).filter((name) => dims[name] === size);
  return sizes.map((size) => [...names(size), size].join('=')).join(' ');
}
