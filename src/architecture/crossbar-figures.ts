import { figure, optional } from './field.ts';

/** Figures of one PE: those of a class of crossbars, or of `chip` for all classes that give none of their own. */
export const crossbarFigures = {
  mvmEnergyPj: optional('pJ of one MVM of one PE; give this, or its parts.', figure),
  adcEnergyPj: optional('pJ of the ADCs in one MVM of one PE.', figure),
  dacEnergyPj: optional('pJ of the DACs in one MVM of one PE.', figure),
  crossbarEnergyPj: optional('pJ of the crossbar in one MVM of one PE.', figure),
  peAreaMm2: optional('mm² of one PE.', figure),
};

/** Figures of one PE; what is not there is not counted. */
export type CrossbarFigures = { readonly [Name in keyof typeof crossbarFigures]?: number };

/** The parts of `mvmEnergyPj`. */
const MVM_PARTS = ['adcEnergyPj', 'dacEnergyPj', 'crossbarEnergyPj'] as const;

/** True where the energy of an MVM is given in parts, or in some of them. */
export function hasParts(figures: CrossbarFigures): boolean {
  return MVM_PARTS.some((part) => figures[part] !== undefined);
}

/** The fields that {@link mvmEnergyFault} looks at. */
export const MVM_ENERGY_FIELDS = ['mvmEnergyPj', ...MVM_PARTS] as const;
export type MvmEnergyField = (typeof MVM_ENERGY_FIELDS)[number];

/** What is wrong where the energy of an MVM is given both as a whole and in parts. */
export function mvmEnergyFault(figures: Pick<CrossbarFigures, MvmEnergyField>): string | undefined {
  if (figures.mvmEnergyPj === undefined || !hasParts(figures)) return undefined;
  return 'its parts are given as well; give mvmEnergyPj, or adcEnergyPj, dacEnergyPj and crossbarEnergyPj';
}

/** The figures of a class of crossbars: its own, and those of the chip for what it does not give. */
export function withFiguresOf(chip: CrossbarFigures, own: CrossbarFigures): CrossbarFigures {
  const figures: { -readonly [Name in keyof CrossbarFigures]: CrossbarFigures[Name] } = {};
  // The whole energy of one MVM and parts of another one add up to nothing.
  const inherited: readonly (keyof CrossbarFigures)[] = [
    ...(hasParts(own) ? [] : ['mvmEnergyPj' as const]),
    ...(own.mvmEnergyPj === undefined ? MVM_PARTS : []),
    'peAreaMm2',
  ];
  for (const name of inherited) if (chip[name] !== undefined) figures[name] = chip[name];
  return { ...figures, ...own };
}
