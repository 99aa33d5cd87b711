// A step as a sentence for those who hear the chain: what it is, where people come from and go to, and what is wrong.
import { t, tn } from '../i18n';
import { linesIn, linesOut, portsOf, stepById } from './query';
import type { Graph, Line, Problem, Step, StepTypes } from './types';

/** "Accrue bonuses, 500 bonuses; in from Filter customers, yes; out to Send letter; no problems" */
export function readStep(
  graph: Graph,
  step: Step,
  types: StepTypes,
  summary: string,
  problems: readonly Problem[],
): string {
  const title = titleOf(step, types);
  const coming = linesIn(graph, step.id).map((line) => comingFrom(graph, line, types));
  const leaving = linesOut(graph, step.id).map((line) => nameOf(graph, line.target, types));
  const parts = [summary ? `${title}, ${summary}` : title];
  if (coming.length > 0) parts.push(t('in from {steps}', { steps: coming.join(', ') }));
  if (leaving.length > 0) parts.push(t('out to {steps}', { steps: leaving.join(', ') }));
  parts.push(
    problems.length === 0
      ? t('no problems')
      : `${tn('{n} problem', '{n} problems', problems.length)}: ${problems.map((problem) => problem.message).join('; ')}`,
  );
  return parts.join('; ');
}

export const titleOf = (step: Step, types: StepTypes): string => types.get(step.type)?.title ?? step.type;

/** The name of a step by its id, as people see it. */
export function nameOf(graph: Graph, id: string, types: StepTypes): string {
  const step = stepById(graph, id);
  return step ? titleOf(step, types) : id;
}

function comingFrom(graph: Graph, line: Line, types: StepTypes): string {
  const source = stepById(graph, line.source);
  const ports = source ? portsOf(source, types) : [];
  const name = nameOf(graph, line.source, types);
  const way = ports.find((port) => port.key === line.port)?.title;
  return ports.length > 1 && way ? `${name}, ${way.toLowerCase()}` : name;
}
