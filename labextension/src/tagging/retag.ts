/**
 * Each change of tags that a person can ask for, as new tags by cell index. Pure: nothing is written here.
 */
import {
  type ITaggedCell,
  isParameters,
  isPartOfStep,
  isSkipped,
  placesOf,
  stepIn,
  withParameters,
  withSkip,
  withStep
} from './tags';

/** New tags by cell index; cells that are not named stay as they are. */
export type Retagging = ReadonlyMap<number, readonly string[]>;

type Cells = readonly ITaggedCell[];

/** Put the cells into a step; null takes their step tag away. */
export function assign(
  cells: Cells,
  indices: readonly number[],
  step: string | null
): Retagging {
  return retag(cells, indices, cell => withStep(cell.tags, step));
}

/** Give a step another name in all its cells. */
export function rename(cells: Cells, from: string, to: string): Retagging {
  return retag(cells, taggedAs(cells, from), cell => withStep(cell.tags, to));
}

/** Begin a step at a cell: the rest of the step that it stood in goes with it. */
export function startStep(
  cells: Cells,
  index: number,
  name: string
): Retagging {
  const old = placesOf(cells)[index]?.step ?? null;
  const moved = [index];
  for (let next = index + 1; next < cells.length; next++) {
    const tagged = stepIn(cells[next]?.tags ?? []);
    if (tagged !== null && tagged !== old) {
      break;
    }
    if (tagged !== null) {
      moved.push(next);
    }
  }
  return retag(cells, moved, cell => withStep(cell.tags, name));
}

/** The first and the last cell at which a step can begin without that it or the step above is left without code that runs. */
export function startRange(
  cells: Cells,
  step: string
): readonly [number, number] | null {
  const places = placesOf(cells);
  const first = places.findIndex(place => place.step === step);
  if (first < 0) {
    return null;
  }
  const above = places[first - 1]?.step ?? null;
  // Nothing has to be left above the first step.
  let earliest = above === null ? 0 : first;
  for (let at = first - 1; above !== null && places[at]?.step === above; at--) {
    earliest = isRun(cells[at]) ? at + 1 : earliest;
  }
  let latest = first;
  for (let at = first; places[at]?.step === step; at++) {
    latest = isRun(cells[at]) ? at : latest;
  }
  return [earliest, latest];
}

function isRun(cell: ITaggedCell | undefined): boolean {
  return cell?.type === 'code' && isPartOfStep(cell.tags);
}

/** Let a step begin at another cell, or at the nearest one where it can. */
export function moveStartTo(
  cells: Cells,
  step: string,
  wanted: number
): Retagging {
  const range = startRange(cells, step);
  if (range === null) {
    return new Map();
  }
  const index = Math.min(Math.max(wanted, range[0]), range[1]);
  const first = placesOf(cells).findIndex(place => place.step === step);
  const between = (from: number, to: number): number[] =>
    cells.map((_, at) => at).filter(at => at >= from && at < to);
  if (index < first) {
    return assign(cells, between(index, first), step);
  }
  return index === first
    ? new Map()
    : new Map([
        ...assign(cells, between(first, index), null),
        ...assign(cells, [index], step)
      ]);
}

/** Move the first cell of a step by one: up takes the cell above into it, down leaves its first cell to the step above. */
export function moveStart(
  cells: Cells,
  step: string,
  direction: 'up' | 'down'
): Retagging {
  const first = placesOf(cells).findIndex(place => place.step === step);
  return moveStartTo(cells, step, direction === 'up' ? first - 1 : first + 1);
}

/** The step above a step, which it can be merged with; null for the first one. */
export function previousStep(cells: Cells, step: string): string | null {
  const places = placesOf(cells);
  const first = places.findIndex(place => place.step === step);
  return first > 0 ? (places[first - 1]?.step ?? null) : null;
}

/** Make a step part of the one above it. */
export function mergeWithPrevious(cells: Cells, step: string): Retagging {
  const above = previousStep(cells, step);
  return above === null ? new Map() : rename(cells, step, above);
}

/** Merge all steps from the first of the two names to the last, under the first one's name. */
export function mergeBetween(
  cells: Cells,
  first: string,
  last: string
): Retagging {
  const places = placesOf(cells);
  const begin = places.findIndex(place => place.step === first);
  const end = places.map(place => place.step).lastIndexOf(last);
  const between = cells
    .map((_, index) => index)
    .filter(index => index >= begin && index <= end)
    .filter(index => stepIn(cells[index]?.tags ?? []) !== null);
  return begin < 0 ? new Map() : assign(cells, between, first);
}

/** Skip the cells in pipelines, or run them again when all of them are skipped. */
export function toggleSkip(
  cells: Cells,
  indices: readonly number[]
): Retagging {
  const all = indices.every(index => isSkipped(cells[index]?.tags ?? []));
  return retag(cells, indices, cell => withSkip(cell.tags, !all));
}

/** Skip a cell and everything below it. */
export function skipBelow(cells: Cells, index: number): Retagging {
  const below = cells.map((_, at) => at).filter(at => at >= index);
  return retag(cells, below, cell => withSkip(cell.tags, true));
}

/** Make a cell the parameters cell, the only one; or an ordinary cell when it is that already. */
export function toggleParameters(cells: Cells, index: number): Retagging {
  const marked = isParameters(cells[index]?.tags ?? []);
  const touched = cells
    .map((_, at) => at)
    .filter(at => at === index || isParameters(cells[at]?.tags ?? []));
  return retag(cells, touched, (cell, at) =>
    withParameters(cell.tags, at === index && !marked)
  );
}

/** A step that was offered: its code cells and the heading that it is named after. */
export interface ISuggestion {
  readonly name: string;
  readonly title: string;
  readonly cells: readonly string[];
}

/** Tag the first cell of each suggested step and its heading; the cells below follow by themselves. */
export function useSuggestions(
  cells: Cells,
  suggestions: readonly ISuggestion[]
): Retagging {
  const changes = new Map<number, readonly string[]>();
  for (const suggestion of suggestions) {
    const first = cells.findIndex(cell => suggestion.cells.includes(cell.id));
    for (const index of [headingAbove(cells, first, suggestion.title), first]) {
      const cell = cells[index];
      if (cell) {
        changes.set(index, withStep(cell.tags, suggestion.name));
      }
    }
  }
  return changes;
}

/** Index of the text cell with that heading right above a cell; -1 when there is none. */
function headingAbove(cells: Cells, index: number, title: string): number {
  for (let above = index - 1; above >= 0; above--) {
    const cell = cells[above];
    if (!cell || cell.type === 'code') {
      return -1;
    }
    if (title !== '' && cell.source.includes(title)) {
      return above;
    }
  }
  return -1;
}

function taggedAs(cells: Cells, step: string): number[] {
  return cells
    .map((_, index) => index)
    .filter(index => stepIn(cells[index]?.tags ?? []) === step);
}

function retag(
  cells: Cells,
  indices: readonly number[],
  change: (cell: ITaggedCell, index: number) => string[]
): Retagging {
  const changes = new Map<number, readonly string[]>();
  for (const index of indices) {
    const cell = cells[index];
    if (cell) {
      changes.set(index, change(cell, index));
    }
  }
  return changes;
}
