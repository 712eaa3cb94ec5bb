/** Findings in the order in which they are worked through. Pure. */
import type { Finding, Step } from '../api/_generated';

export type FindingGroup = 'blocks' | 'check' | 'fine';

export const FINDING_GROUPS: readonly FindingGroup[] = [
  'blocks',
  'check',
  'fine'
];

/** The list in which a finding stands. */
export function groupOf(finding: Finding): FindingGroup {
  switch (finding.severity) {
    case 'error':
      return 'blocks';
    case 'warning':
      return finding.accepted ? 'fine' : 'check';
    case 'info':
      return 'fine';
  }
}

/** The findings by group, each in the notebook's order. */
export function grouped(
  findings: readonly Finding[]
): Record<FindingGroup, Finding[]> {
  const groups: Record<FindingGroup, Finding[]> = {
    blocks: [],
    check: [],
    fine: []
  };
  for (const finding of findings) {
    groups[groupOf(finding)].push(finding);
  }
  for (const group of FINDING_GROUPS) {
    groups[group].sort(
      (one, other) =>
        (one.cell_index ?? -1) - (other.cell_index ?? -1) ||
        (one.line ?? 0) - (other.line ?? 0)
    );
  }
  return groups;
}

/** What is marked at a cell: its findings that a person should act on, worst first. */
export interface IMark {
  readonly worst: Exclude<FindingGroup, 'fine'>;
  readonly findings: readonly Finding[];
}

/** The mark of each cell that has one, by the cell's id. */
export function marksOf(findings: readonly Finding[]): Map<string, IMark> {
  const { blocks, check } = grouped(findings);
  const marks = new Map<string, IMark>();
  for (const finding of [...blocks, ...check]) {
    const { cell } = finding;
    if (cell !== null) {
      const known = marks.get(cell);
      marks.set(cell, {
        worst:
          known?.worst ?? (finding.severity === 'error' ? 'blocks' : 'check'),
        findings: [...(known?.findings ?? []), finding]
      });
    }
  }
  return marks;
}

/** The findings of a step: those that name it, and those of its cells that name none, such as a cell that Python cannot read. */
export function findingsOf(
  findings: readonly Finding[],
  step: Pick<Step, 'name' | 'cells'>
): Finding[] {
  return findings.filter(({ steps, cell }) =>
    steps.length > 0
      ? steps.includes(step.name)
      : cell !== null && step.cells.includes(cell)
  );
}

/** The worst group among the findings of a step; null when it has none that matters. */
export function worstOf(
  findings: readonly Finding[],
  step: Pick<Step, 'name' | 'cells'>
): Exclude<FindingGroup, 'fine'> | null {
  const groups = findingsOf(findings, step).map(groupOf);
  return groups.includes('blocks')
    ? 'blocks'
    : groups.includes('check')
      ? 'check'
      : null;
}
