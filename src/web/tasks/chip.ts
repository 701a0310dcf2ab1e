import type { Architecture } from '../../architecture/architecture.ts';
import { architectureSchema } from '../../architecture/architecture-schema.ts';
import { NormalArchitecture } from '../../architecture/normal-architecture.ts';
import { architecturePresets, findPreset } from '../../architecture/presets.ts';
import { unknownName } from '../../input/nearest.ts';
import { validate } from '../../input/validate.ts';
import { parseDuplication } from '../../map/duplication-file.ts';
import { copiedLayers } from '../../map/slices.ts';
import type { Network } from '../../network/network.ts';
import { CHIP_FILE, COPIES_FILE, type Configuration } from '../configuration.ts';

/**
 * The chip of a configuration.
 *
 * @throws ClsaCimError as the command line says it of a file that is called `CHIP_FILE`.
 */
export function chipOf({ arch, chip }: Configuration): Architecture {
  if (chip !== undefined) return validate(architectureSchema, chip, CHIP_FILE);
  const preset = findPreset(arch);
  if (preset !== undefined) return preset;
  const names = architecturePresets.map(({ name }) => name);
  throw unknownName('no architecture preset is called', arch, names);
}

/** Who gets copies: the options of a mapping. */
export function mappingOptions(configuration: Configuration, network: Network, chip: Architecture) {
  const { pes, extraPes, duplication } = configuration;
  return { pes, extraPes, duplication: typeof duplication === 'object' ? copies() : duplication };

  function copies(): number[] {
    const layers = copiedLayers(network, new NormalArchitecture(validate(architectureSchema, chip, '')), {
      pes,
      extraPes,
    });
    return parseDuplication(JSON.stringify(duplication), COPIES_FILE, layers);
  }
}
