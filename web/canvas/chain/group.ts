// The class names that give a step its group's colours and shape.
import type { Group, StepType } from '../graph/types';

const CLASSES: Record<Group, string> = {
  triggers: 'g-trigger',
  conditions: 'g-condition',
  flow: 'g-flow',
  actions: 'g-action',
};

export const groupClass = (type: StepType | undefined): string => (type ? CLASSES[type.group] : 'g-flow');
