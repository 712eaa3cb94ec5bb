import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import {
  lineMarks,
  showLineMarks
} from '../../../labextension/src/marks/lines';

function shown(view: EditorView): (string | null)[] {
  return [...view.dom.querySelectorAll('.jp-Promote-markedLine')].map(
    line => `${line.textContent} ${line.getAttribute('data-group')}`
  );
}

describe('marked lines', () => {
  it('follow their text while a person types, until they are set again', () => {
    const view = new EditorView({
      state: EditorState.create({ doc: 'a\nb\nc', extensions: [lineMarks] }),
      parent: document.body
    });
    const text = 'why';
    showLineMarks(view, [
      { line: 2, group: 'blocks', text },
      { line: 0, group: 'check', text },
      { line: 9, group: 'check', text }
    ]);
    expect(shown(view)).toEqual(['b blocks']);
    view.dispatch({ changes: { from: 0, insert: 'first\n' } });
    expect(shown(view)).toEqual(['b blocks']);
    showLineMarks(view, []);
    expect(shown(view)).toEqual([]);
    view.destroy();
  });
});
