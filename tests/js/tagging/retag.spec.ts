import {
  assign,
  mergeBetween,
  mergeWithPrevious,
  moveStart,
  moveStartTo,
  previousStep,
  rename,
  type Retagging,
  skipBelow,
  startRange,
  startStep,
  toggleParameters,
  toggleSkip,
  useSuggestions
} from '../../../labextension/src/tagging/retag';
import type { ITaggedCell } from '../../../labextension/src/tagging/tags';

/** Cells from their tags: `cells('', 'step:a x')` is an untagged cell and one with two tags. */
function cells(...tags: string[]): ITaggedCell[] {
  return tags.map((text, index) => ({
    id: `c${index}`,
    type: text.startsWith('# ') ? 'markdown' : 'code',
    source: text.startsWith('# ') ? `## Part ${index}` : 'x',
    tags: text.replace('# ', '').split(' ').filter(Boolean)
  }));
}

function suggestion(name: string, title: string, ...own: string[]) {
  return { name, title, cells: own };
}

function after(before: ITaggedCell[], change: Retagging): string[] {
  return before.map((cell, index) =>
    (change.get(index) ?? cell.tags).join(' ')
  );
}

describe('changing tags', () => {
  it('puts several cells into a step and keeps their other tags', () => {
    const before = cells('keep', 'step:a', 'block:b', '');
    expect(after(before, assign(before, [0, 1, 2], 'new'))).toEqual([
      'keep step:new',
      'step:new',
      'step:new',
      ''
    ]);
  });

  it('takes the step tag away and leaves the rest', () => {
    const before = cells('step:a skip');
    expect(after(before, assign(before, [0], null))).toEqual(['skip']);
  });

  it('renames a step everywhere and nothing else', () => {
    const before = cells('step:a', '', 'step:ab', 'step:a x');
    expect(after(before, rename(before, 'a', 'b'))).toEqual([
      'step:b',
      '',
      'step:ab',
      'x step:b'
    ]);
  });

  it('takes the rest of the old step along when a step starts in its middle', () => {
    const before = cells('step:a', '', 'step:a', 'step:b', 'step:a');
    expect(after(before, startStep(before, 1, 'new'))).toEqual([
      'step:a',
      'step:new',
      'step:new',
      'step:b',
      'step:a'
    ]);
  });

  it('merges with the step above and has nothing to merge the first one with', () => {
    const before = cells('', 'step:a', 'step:b', '');
    expect(after(before, mergeWithPrevious(before, 'b'))).toEqual([
      '',
      'step:a',
      'step:a',
      ''
    ]);
    expect(previousStep(before, 'a')).toBeNull();
    expect(mergeWithPrevious(before, 'a').size).toBe(0);
  });

  it('merges all steps between a name and where it appears again', () => {
    const before = cells('step:a', 'step:b', 'step:a', 'step:c');
    expect(after(before, mergeBetween(before, 'a', 'a'))).toEqual([
      'step:a',
      'step:a',
      'step:a',
      'step:c'
    ]);
  });

  it('skips cells, and runs them again when all are skipped', () => {
    const before = cells('skip', 'x');
    expect(after(before, toggleSkip(before, [0, 1]))).toEqual([
      'skip',
      'x skip'
    ]);
    const all = cells('skip-execution', 'skip');
    expect(after(all, toggleSkip(all, [0, 1]))).toEqual(['', '']);
    expect(after(before, skipBelow(before, 1))).toEqual(['skip', 'x skip']);
  });

  it('has one parameters cell at most', () => {
    const before = cells('parameters', 'pipeline-parameters x', '');
    expect(after(before, toggleParameters(before, 2))).toEqual([
      '',
      'x',
      'parameters'
    ]);
    expect(after(before, toggleParameters(before, 0))).toEqual(['', 'x', '']);
  });

  it('tags the heading and the first code cell of a suggested step', () => {
    const before = cells('# ', '', '', '# ', 'x');
    const change = useSuggestions(before, [
      suggestion('load', 'Part 0', 'c1', 'c2'),
      suggestion('train', 'Part 3', 'c4')
    ]);
    expect(after(before, change)).toEqual([
      'step:load',
      'step:load',
      '',
      'step:train',
      'x step:train'
    ]);
  });

  it('leaves code on both sides of a beginning that is moved', () => {
    const before = cells('# step:load', '', '# step:clean', '', '# ');
    expect(startRange(before, 'clean')).toEqual([2, 3]);
    expect(startRange(before, 'load')).toEqual([0, 1]);
    const texts = cells('# step:load', '# step:clean');
    expect(startRange(texts, 'clean')).toEqual([1, 1]);
  });

  it('leave no step with skipped cells alone', () => {
    const before = cells('step:a', 'step:b', '', 'skip', 'step:c');
    expect(startRange(before, 'b')).toEqual([1, 2]);
    expect(startRange(before, 'c')).toEqual([2, 4]);
  });

  it('move the beginning of a step, and never empty one', () => {
    const before = cells('step:a', '', 'step:b', '', 'step:c');
    const moved = (step: string, direction: 'up' | 'down') =>
      after(before, moveStart(before, step, direction)).join(' ');
    expect(moved('b', 'up')).toBe('step:a step:b step:b  step:c');
    expect(moved('b', 'down')).toBe('step:a   step:b step:c');
    expect(moveStart(before, 'a', 'up').size).toBe(0);
    expect(moveStart(before, 'c', 'down').size).toBe(0);
    const tight = cells('step:a', 'step:b', 'step:b');
    expect(moveStart(tight, 'b', 'up').size).toBe(0);
    expect(after(tight, moveStart(tight, 'b', 'down'))).toEqual([
      'step:a',
      '',
      'step:b'
    ]);
  });

  it('let a step begin at any cell between the two where it can', () => {
    const before = cells('step:a', '', 'step:a', 'step:b', '', 'step:c');
    const moved = (to: number) =>
      after(before, moveStartTo(before, 'b', to)).join(' ');
    expect(startRange(before, 'b')).toEqual([1, 4]);
    expect(moved(1)).toBe('step:a step:b step:b step:b  step:c');
    expect(moved(0)).toBe(moved(1));
    expect(moved(4)).toBe('step:a  step:a  step:b step:c');
    expect(moved(5)).toBe(moved(4));
    expect(moveStartTo(before, 'b', 3).size).toBe(0);
    expect(startRange(before, 'gone')).toBe(null);
  });
});
