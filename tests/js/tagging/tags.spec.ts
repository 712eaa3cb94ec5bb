import {
  drawnSteps,
  isStepName,
  placesOf,
  stepIn,
  stepNameFrom,
  stepNames,
  tagsOf
} from '../../../labextension/src/tagging/tags';

function cells(...tags: string[][]) {
  return tags.map((own, index) => ({
    id: `${index}`,
    type: 'code',
    source: '',
    tags: own
  }));
}

describe('reading tags', () => {
  it('takes anything that is no list of words for no tags', () => {
    expect([undefined, null, 'step:a', { a: 1 }, ['a', 1]].map(tagsOf)).toEqual(
      [[], [], [], [], ['a']]
    );
  });

  it('knows our prefix and the older one, and no empty names', () => {
    expect(
      [['x', 'step:a'], ['block:b'], ['step:'], ['skip']].map(stepIn)
    ).toEqual(['a', 'b', null, null]);
  });

  it('lets untagged cells belong to the step above them', () => {
    const places = placesOf(
      cells([], ['step:a'], [], ['step:a'], ['step:b', 'skip'])
    );
    expect(places.map(place => [place.step, place.starts])).toEqual([
      [null, false],
      ['a', true],
      ['a', false],
      ['a', false],
      ['b', true]
    ]);
    expect(places[4]).toEqual({
      tagged: 'b',
      step: 'b',
      starts: true,
      skipped: true,
      parameters: false
    });
  });

  it('lets nothing follow a skipped cell, as the analysis takes it', () => {
    const places = placesOf(
      cells(['step:a'], ['step:b', 'skip'], [], ['step:c', 'parameters'], [])
    );
    expect(places.map(place => place.step)).toEqual(['a', 'b', 'a', 'c', 'a']);
    expect(places.map(place => place.starts)).toEqual([
      true,
      true,
      false,
      true,
      false
    ]);
  });

  it('draws a heading above a step with that step, as the analysis takes it', () => {
    const cell = (type: string, source: string, ...tags: string[]) => ({
      id: source,
      type,
      source,
      tags
    });
    expect(
      drawnSteps([
        cell('code', 'import os'),
        cell('markdown', 'About the first'),
        cell('code', 'x', 'step:a'),
        cell('markdown', 'What a left'),
        cell('markdown', '## B'),
        cell('markdown', 'About b'),
        cell('code', 'secret', 'skip'),
        cell('code', 'y', 'step:b'),
        cell('markdown', 'No heading'),
        cell('markdown', '# C', 'step:c'),
        cell('markdown', '## D'),
        cell('code', 'z', 'step:d')
      ])
    ).toEqual([null, 'a', 'a', 'a', 'b', 'b', 'a', 'b', 'b', 'c', 'c', 'd']);
  });

  it('names each step once, in the order of the notebook', () => {
    expect(stepNames(cells(['step:b'], ['step:a'], ['step:b']))).toEqual([
      'b',
      'a'
    ]);
  });

  it.each([
    ['Load data', 'load-data'],
    ['  Über-Modell 2 ', 'uber-modell-2'],
    ['1. Train', 'train'],
    ['a'.repeat(300), 'a'.repeat(80)],
    ['???', '']
  ])('makes a step name of %p', (typed, name) => {
    expect(stepNameFrom(typed)).toBe(name);
    expect(isStepName(name)).toBe(name !== '');
  });
});
