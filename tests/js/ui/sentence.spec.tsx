import * as React from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { plainSentence, Sentence } from '../../../labextension/src/ui/react';

const shown = (text: string): string =>
  renderToStaticMarkup(<Sentence text={text} />);

describe('a sentence of the server', () => {
  it('has what stands between backticks set as code', () => {
    expect(shown('Start it with `jupyter promote up`, or `x`.')).toBe(
      'Start it with <code>jupyter promote up</code>, or <code>x</code>.'
    );
  });

  it('keeps a backtick that belongs to no other', () => {
    expect(shown('one ` alone')).toBe('one ` alone');
  });

  it('has quotation marks where nothing can be set as code', () => {
    expect(plainSentence('`df` is not there.')).toBe('“df” is not there.');
  });
});
