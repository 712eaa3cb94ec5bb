/**
 * The words in the tags of cells and where a cell stands. Pure; the server's analysis has the last word,
 * this is what the notebook shows between two keystrokes.
 */

/** A cell as tagging sees it. */
export interface ITaggedCell {
  readonly id: string;
  readonly type: string;
  readonly tags: readonly string[];
  readonly source: string;
}

/** Where a cell stands. */
export interface IPlace {
  /** Name in the cell's own step tag. */
  readonly tagged: string | null;
  /** Step that the cell belongs to; null above the first step and in a notebook without steps. */
  readonly step: string | null;
  /** Whether the step begins here. */
  readonly starts: boolean;
  readonly skipped: boolean;
  readonly parameters: boolean;
}

const STEP_PREFIX = 'step:';
const READ_PREFIXES = [STEP_PREFIX, 'block:'];
const SKIP_TAGS = ['skip', 'skip-execution'];
const PARAMETER_TAGS = ['parameters', 'pipeline-parameters'];
const STEP_NAME = /^[a-z_][a-z0-9_-]{0,79}$/;

/** The tags in a cell's metadata; anything else in their place counts as none. */
export function tagsOf(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((tag): tag is string => typeof tag === 'string')
    : [];
}

export function isStepName(text: string): boolean {
  return STEP_NAME.test(text);
}

/** The step name nearest to what a person typed, such as `load-data` for `Load data`. */
export function stepNameFrom(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[0-9-]+|-+$/g, '')
    .slice(0, 80);
}

/** The step named in a cell's tags, or null. */
export function stepIn(tags: readonly string[]): string | null {
  for (const tag of tags) {
    const prefix = READ_PREFIXES.find(
      start => tag.startsWith(start) && tag.length > start.length
    );
    if (prefix) {
      return tag.slice(prefix.length);
    }
  }
  return null;
}

/** The tags with the step replaced; null removes it. */
export function withStep(
  tags: readonly string[],
  step: string | null
): string[] {
  const others = tags.filter(tag => stepIn([tag]) === null);
  return step === null ? others : [...others, STEP_PREFIX + step];
}

export function isSkipped(tags: readonly string[]): boolean {
  return tags.some(tag => SKIP_TAGS.includes(tag));
}

export function isParameters(tags: readonly string[]): boolean {
  return tags.some(tag => PARAMETER_TAGS.includes(tag));
}

export function withSkip(tags: readonly string[], skip: boolean): string[] {
  const others = tags.filter(tag => !SKIP_TAGS.includes(tag));
  return skip ? [...others, 'skip'] : others;
}

export function withParameters(
  tags: readonly string[],
  parameters: boolean
): string[] {
  const others = tags.filter(tag => !PARAMETER_TAGS.includes(tag));
  return parameters ? [...others, 'parameters'] : others;
}

/** Whether a cell runs as part of a step, so that what it is tagged with goes on below it. */
export function isPartOfStep(tags: readonly string[]): boolean {
  return !isSkipped(tags) && !isParameters(tags);
}

/** Where each cell stands: an untagged cell belongs to the step above it, of which skipped cells say nothing. */
export function placesOf(cells: readonly ITaggedCell[]): IPlace[] {
  let current: string | null = null;
  let above: string | null = null;
  return cells.map(cell => {
    const tagged = stepIn(cell.tags);
    if (isPartOfStep(cell.tags)) {
      current = tagged ?? current;
    }
    const step = tagged ?? current;
    const starts = tagged !== null && tagged !== above;
    above = step;
    return {
      tagged,
      step,
      starts,
      skipped: isSkipped(cell.tags),
      parameters: isParameters(cell.tags)
    };
  });
}

/**
 * The step with which each cell is drawn: a heading right above a step's first cell, and what stands between, are that
 * step's, as in the analysis (`notebook/layout.py`).
 */
export function drawnSteps(cells: readonly ITaggedCell[]): (string | null)[] {
  const places = placesOf(cells);
  const steps = places.map(place => place.step);
  let open: string | null = null;
  let hasCode = false;
  /** Text cells since the last code cell. */
  let texts: number[] = [];
  cells.forEach((cell, index) => {
    const place = places[index];
    if (!place || place.skipped || place.parameters) {
      return;
    }
    if (place.tagged !== null && place.tagged !== open) {
      const from = texts.findIndex(at => isHeading(cells[at]));
      const moved =
        open === null ? texts : hasCode && from >= 0 ? texts.slice(from) : [];
      moved.forEach(at => {
        steps[at] = place.step;
      });
      open = place.step;
      hasCode = false;
      texts = [];
    }
    if (cell.type === 'code') {
      hasCode = true;
      texts = [];
    } else {
      texts.push(index);
    }
  });
  return steps;
}

function isHeading(cell: ITaggedCell | undefined): boolean {
  return /^\s*#/.test(cell?.source ?? '');
}

/** Names of the tagged steps in the order in which they first appear. */
export function stepNames(cells: readonly ITaggedCell[]): string[] {
  const names = cells
    .map(cell => stepIn(cell.tags))
    .filter((name): name is string => name !== null);
  return [...new Set(names)];
}
