/**
 * What was changed in a debug notebook, as changes to the notebook that people edit. Pure.
 *
 * Three ways: the version that the run had (base), the debug copy, and the notebook as it is now. A cell that both
 * sides changed is a conflict, which a person decides.
 */

/** A cell as merging sees it. */
export interface IMergeCell {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly tags: readonly string[];
}

/** One change that can be made to the notebook, or left out. */
export interface IChange {
  readonly kind: 'changed' | 'added' | 'deleted';
  /** The cell of the notebook: the changed or deleted one, or the one that a new cell stands beside. */
  readonly cell: string;
  /** For a new cell: on which side of that one it stands. */
  readonly side: 'before' | 'after';
  readonly type: string;
  /** The notebook's source now; empty for a new cell. */
  readonly before: string;
  /** The source that it gets; empty for a deleted cell. */
  readonly after: string;
  /** Why a person has to decide; empty where nobody has to. */
  readonly conflict: '' | 'changed_here' | 'gone_here';
}

/** The changes, in the notebook's order of the step. */
export function changesOf(
  base: readonly IMergeCell[],
  copy: readonly IMergeCell[],
  current: readonly IMergeCell[],
  stepCells: readonly string[]
): IChange[] {
  const known = new Map(base.map(cell => [cell.id, cell]));
  const partner = partners(base, current);
  const found: IChange[] = [];
  let anchor: IMergeCell | null = null;
  for (const cell of copy.filter(isOfUser)) {
    const old = known.get(cell.id);
    const now = old && partner.get(old.id);
    if (!old && cell.source.trim() === '') {
      continue;
    }
    if (now && old) {
      anchor = now;
      if (cell.source !== old.source && cell.source !== now.source) {
        found.push({
          ...changed(cell, now),
          conflict: now.source === old.source ? '' : 'changed_here'
        });
      }
    } else if (!old || cell.source !== old.source) {
      const place = anchor ?? firstOf(stepCells, partner);
      if (place) {
        found.push({
          ...changed(cell, place),
          kind: 'added',
          side: anchor ? 'after' : 'before',
          before: '',
          conflict: old ? 'gone_here' : ''
        });
      }
    }
  }
  return [...found, ...deleted(base, copy, partner, stepCells)];
}

function changed(cell: IMergeCell, now: IMergeCell): IChange {
  return {
    kind: 'changed',
    cell: now.id,
    side: 'after',
    type: cell.type,
    before: now.source,
    after: cell.source,
    conflict: ''
  };
}

/** Cells of the step that the copy has no longer. */
function deleted(
  base: readonly IMergeCell[],
  copy: readonly IMergeCell[],
  partner: ReadonlyMap<string, IMergeCell>,
  stepCells: readonly string[]
): IChange[] {
  const found: IChange[] = [];
  for (const old of base) {
    const now = partner.get(old.id);
    const isKept = copy.some(cell => cell.id === old.id);
    if (now && !isKept && stepCells.includes(old.id)) {
      found.push({
        ...changed({ ...old, source: '' }, now),
        kind: 'deleted',
        conflict: now.source === old.source ? '' : 'changed_here'
      });
    }
  }
  return found;
}

/** The cell of the notebook for each one of the base: by id, else the only new one with the same source. */
function partners(
  base: readonly IMergeCell[],
  current: readonly IMergeCell[]
): Map<string, IMergeCell> {
  const ids = new Set(base.map(cell => cell.id));
  const found = new Map<string, IMergeCell>();
  for (const cell of base) {
    const same = current.filter(
      one => !ids.has(one.id) && one.source === cell.source
    );
    const now =
      current.find(one => one.id === cell.id) ??
      (same.length === 1 ? same[0] : undefined);
    if (now) {
      found.set(cell.id, now);
    }
  }
  return found;
}

function firstOf(
  stepCells: readonly string[],
  partner: ReadonlyMap<string, IMergeCell>
): IMergeCell | null {
  const id = stepCells.find(cell => partner.has(cell));
  return id === undefined ? null : (partner.get(id) ?? null);
}

/** Whether a cell of a step notebook is the user's, not one that loads, leaves or sets values for it. */
function isOfUser(cell: IMergeCell): boolean {
  return (
    !cell.id.startsWith('promote-') &&
    !cell.tags.some(
      tag => tag.startsWith('promote-') || tag === 'injected-parameters'
    )
  );
}

/** Two sources as a unified diff of whole cells: each line with its sign. */
export function lineDiff(before: string, after: string): string {
  const old = before === '' ? [] : before.split('\n');
  const now = after === '' ? [] : after.split('\n');
  const equal = longest(old, now);
  const lines: string[] = [];
  let [i, j] = [0, 0];
  for (const [k, l] of [...equal, [old.length, now.length] as const]) {
    lines.push(...old.slice(i, k).map(line => `-${line}`));
    lines.push(...now.slice(j, l).map(line => `+${line}`));
    if (k < old.length) {
      lines.push(` ${old[k] ?? ''}`);
    }
    [i, j] = [k + 1, l + 1];
  }
  return lines.join('\n');
}

/** The longest common lines, as pairs of their indices. */
function longest(
  old: readonly string[],
  now: readonly string[]
): (readonly [number, number])[] {
  const size = (i: number, j: number): number => table[i]?.[j] ?? 0;
  const table: number[][] = Array.from({ length: old.length + 1 }, () => []);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      (table[i] ?? [])[j] =
        old[i] === now[j]
          ? size(i + 1, j + 1) + 1
          : Math.max(size(i + 1, j), size(i, j + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < now.length) {
    if (old[i] === now[j]) {
      pairs.push([i++, j++]);
    } else if (size(i + 1, j) >= size(i, j + 1)) {
      i++;
    } else {
      j++;
    }
  }
  return pairs;
}
