import { validate } from '../input/validate.ts';
import { parseYaml } from '../input/yaml.ts';
import { type NoiseModel, noiseSchema } from './noise-model.ts';

/**
 * A model of noise from the text of a YAML or JSON file.
 *
 * @param where Name of the file, for messages.
 * @throws ClsaCimError one line that names the file, the field, what was found and what is allowed.
 */
export function parseNoise(text: string, where: string): NoiseModel {
  return validate(noiseSchema, parseYaml(text, where), where);
}

/**
 * A model of noise that was written in code.
 *
 * @param where What it is, for messages.
 * @throws ClsaCimError of kind `usage`, as {@link parseNoise} does.
 */
export function checkNoise(input: unknown, where: string): NoiseModel {
  return validate(noiseSchema, input, where, 'usage');
}
