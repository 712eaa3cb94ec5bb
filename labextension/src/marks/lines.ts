/** Marks at the lines of a cell's editor. CodeMirror only: what is marked is decided elsewhere. */
import {
  type Extension,
  type Range,
  StateEffect,
  StateField
} from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import type { FindingGroup } from '../pipeline/findings';

/** A line with something to say about it. */
export interface ILineMark {
  /** 1-based; 0 for none, when it is about the whole cell. */
  readonly line: number;
  readonly group: FindingGroup;
  readonly text: string;
}

const setMarks = StateEffect.define<readonly ILineMark[]>();

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (drawn, transaction) => {
    let next = drawn.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) {
        next = decorate(effect.value, transaction.state.doc);
      }
    }
    return next;
  },
  provide: field => EditorView.decorations.from(field)
});

/** To be put into an editor once, before it is given marks. */
export const lineMarks: Extension = marks;

/** Mark these lines and no others; lines that a person has deleted meanwhile are left out. */
export function showLineMarks(
  view: EditorView,
  wanted: readonly ILineMark[]
): void {
  view.dispatch({ effects: setMarks.of(wanted) });
}

function decorate(
  wanted: readonly ILineMark[],
  doc: { lines: number; line(number: number): { from: number } }
): DecorationSet {
  const ranges: Range<Decoration>[] = wanted
    .filter(({ line }) => line >= 1 && line <= doc.lines)
    .map(({ line, group, text }) =>
      Decoration.line({
        attributes: {
          class: 'jp-Promote-markedLine',
          'data-group': group,
          title: text
        }
      }).range(doc.line(line).from)
    );
  return Decoration.set(ranges, true);
}
