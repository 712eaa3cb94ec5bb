/** A run beside another run or its source: what differs, cell by cell, outputs included. */
import { HTMLSelect } from '@jupyterlab/ui-components';
import type { ITranslator } from '@jupyterlab/translation';
import { type ISignal, Signal } from '@lumino/signaling';
import * as React from 'react';
import type { ComparedSide, Comparison } from '../api/_generated';
import { asProblem } from '../api/problem';
import type { IReviewApi, IRunRef } from '../runs/tokens';
import { beganAt } from '../runs/words';
import type { IProblem } from '../tokens';
import { Act } from '../ui/button';
import { promoteIcon } from '../ui/icons';
import { Panel } from '../ui/panel';
import {
  DOMAIN,
  ProblemBox,
  Translated,
  useChanges,
  useTrans
} from '../ui/react';
import { ComparedCellView } from './compared-cell';
import { OTHERS, otherWord } from './others';
import { momentOf } from './place';

/** The comparison that is shown. */
export class CompareModel {
  constructor(
    readonly run: IRunRef,
    private readonly _review: Pick<IReviewApi, 'compare'>
  ) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get other(): string {
    return this._other;
  }

  /** null while it is on its way, and where there is nothing to compare with. */
  get comparison(): Comparison | null {
    return this._comparison;
  }

  get problem(): IProblem | null {
    return this._problem;
  }

  /** Compare with something else. */
  async with(other: string): Promise<void> {
    this._other = other;
    this._comparison = null;
    this._problem = null;
    this._changed.emit();
    try {
      const found = await this._review.compare(this.run, other);
      if (this._other === other) {
        this._comparison = found;
      }
    } catch (error) {
      if (this._other === other) {
        this._problem = asProblem(error);
      }
    }
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _other = 'previous';
  private _comparison: Comparison | null = null;
  private _problem: IProblem | null = null;
}

export namespace CompareView {
  export interface IOptions {
    model: CompareModel;
    translator: ITranslator;
    open: (path: string) => void;
  }
}

export class CompareView extends Panel {
  constructor(private readonly _options: CompareView.IOptions) {
    super();
    const trans = _options.translator.load(DOMAIN);
    this.addClass('jp-Promote-main');
    const { dagId, runId } = _options.model.run;
    this.title.label = trans.__('Compare %1 · %2', dagId, momentOf(runId));
    this.title.icon = promoteIcon;
  }

  get model(): CompareModel {
    return this._options.model;
  }

  protected override render(): JSX.Element {
    return (
      <Translated translator={this._options.translator}>
        <div className="jp-Promote-scroll">
          <ComparePage model={this.model} open={this._options.open} />
        </div>
      </Translated>
    );
  }
}

export function ComparePage(props: {
  model: CompareModel;
  open: (path: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { model, open } = props;
  useChanges(model);
  const { comparison, problem } = model;
  return (
    <div className="jp-Promote-pipelines">
      <h1 className="jp-Promote-pageTitle">
        {trans.__('What is different in %1', model.run.dagId)}
      </h1>
      <label className="jp-Promote-measure">
        {trans.__('Compare with')}
        <HTMLSelect
          value={model.other}
          onChange={event => void model.with(event.target.value)}
        >
          {OTHERS.map(other => (
            <option key={other} value={other}>
              {otherWord(trans, other)}
            </option>
          ))}
        </HTMLSelect>
      </label>
      {problem && <ProblemBox problem={problem} />}
      {!comparison && !problem && <p role="status">{trans.__('Comparing…')}</p>}
      {comparison && <Found comparison={comparison} open={open} />}
    </div>
  );
}

function Found(props: {
  comparison: Comparison;
  open: (path: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { comparison, open } = props;
  const { cells, equal, changes } = comparison;
  return (
    <>
      <dl className="jp-Promote-facts">
        <dt>{trans.__('− before')}</dt>
        <dd>
          <Side side={comparison.other} open={open} />
        </dd>
        <dt>{trans.__('+ this run')}</dt>
        <dd>
          <Side side={comparison.this} open={open} />
        </dd>
      </dl>
      {changes.length > 0 && (
        <>
          <h2>{trans.__('What is different between the two')}</h2>
          <ul className="jp-Promote-changeList">
            {changes.map(change => (
              <li key={change}>{change}</li>
            ))}
          </ul>
        </>
      )}
      <p role="status">
        {cells.length === 0
          ? trans.__('No cell differs.')
          : trans._n('%1 cell differs,', '%1 cells differ,', cells.length)}{' '}
        {trans._n('%1 code cell is equal.', '%1 code cells are equal.', equal)}
      </p>
      {cells.map(cell => (
        <ComparedCellView key={`${cell.kind} ${cell.cell}`} cell={cell} />
      ))}
    </>
  );
}

function Side(props: {
  side: ComparedSide;
  open: (path: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { side } = props;
  if (side.kind === 'source') {
    return (
      <>
        {trans.__('the source as it is saved: %1', side.path)}{' '}
        <span className="jp-Promote-note">
          {trans.__('Of cells that were not run there, only the text counts.')}
        </span>
      </>
    );
  }
  const name = [
    beganAt(trans, {
      kind: side.pastDate === null ? '' : 'backfill',
      started: side.started,
      logicalDate: side.pastDate
    }),
    side.state,
    side.version === null ? '' : trans.__('version %1', side.version)
  ]
    .filter(part => part !== '')
    .join(', ');
  return side.path ? (
    <Act look="link" onClick={() => props.open(side.path)}>
      {name}
    </Act>
  ) : (
    <>{name}</>
  );
}
