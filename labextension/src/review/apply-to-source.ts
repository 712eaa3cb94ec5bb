/** From a debug notebook to the notebook that its pipeline is published from. */
import { showErrorMessage } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import {
  type INotebookModel,
  type Notebook,
  NotebookPanel
} from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { asProblem, PromoteProblem } from '../api/problem';
import type { IReviewApi } from '../runs/tokens';
import { taggedCells } from '../tagging/edit';
import { plainSentence } from '../ui/react';
import { applyShown } from './apply';
import { changesOf, type IMergeCell } from './merge';
import type { IOrigin } from './origin';

export interface IApplyOptions {
  readonly review: IReviewApi;
  readonly contents: Pick<Contents.IManager, 'get'>;
  readonly documents: IDocumentManager;
  readonly trans: TranslationBundle;
}

/** Show what was changed and make it; says why where that is not possible. */
export async function applyToSource(
  from: NotebookPanel,
  origin: IOrigin,
  options: IApplyOptions
): Promise<void> {
  const { trans } = options;
  try {
    const copy = cellsOf(from.content.model);
    const [base, stepCells] = await baseOf(origin, options);
    const content = await openSource(origin.dagId, options);
    const source = content?.model;
    if (content && source) {
      const changes = changesOf(base, copy, cellsOf(source), stepCells);
      const place = await applyShown(source, changes, trans);
      if (place !== null) {
        content.deselectAll();
        content.activeCellIndex = place;
        await content.scrollToItem(place, 'smart');
      }
    }
  } catch (error) {
    const { message, hint } = asProblem(error);
    await showErrorMessage(
      trans.__('It cannot be applied'),
      plainSentence([message, hint].filter(part => part !== '').join(' '))
    );
  }
}

/** The cells of the version that the run had, and which of them are the step's. */
async function baseOf(
  origin: IOrigin,
  { review, contents }: IApplyOptions
): Promise<readonly [readonly IMergeCell[], readonly string[]]> {
  const run = await review.run(origin);
  const [manifest, whole] = await Promise.all([
    review.manifest(origin.dagId, run.versionId),
    contents.get(`promote:${run.whole}`)
  ]);
  const step = manifest.steps.find(one => one.name === origin.step);
  return [fileCells(whole.content), step?.cells ?? []];
}

async function openSource(
  dagId: string,
  { review, documents, trans }: IApplyOptions
): Promise<Notebook | null> {
  const rows = await review.overview();
  const row = rows.find(one => one.dagId === dagId);
  if (!row?.sourceFound) {
    throw new PromoteProblem(
      'source_gone',
      trans.__('The notebook that it was published from is not here.')
    );
  }
  const widget = documents.openOrReveal(row.path, 'Notebook');
  const context = widget ? documents.contextForWidget(widget) : undefined;
  await context?.ready;
  return widget instanceof NotebookPanel ? widget.content : null;
}

function cellsOf(notebook: INotebookModel | null): IMergeCell[] {
  return notebook ? taggedCells(notebook) : [];
}

/** The cells in a notebook's JSON. */
function fileCells(content: unknown): IMergeCell[] {
  const cells: unknown =
    typeof content === 'object' && content !== null && 'cells' in content
      ? content.cells
      : [];
  return Array.isArray(cells) ? cells.map(fileCell) : [];
}

function fileCell(cell: {
  id?: string;
  cell_type?: string;
  source?: string | string[];
}): IMergeCell {
  const { source = '' } = cell;
  return {
    id: cell.id ?? '',
    type: cell.cell_type ?? 'code',
    source: Array.isArray(source) ? source.join('') : source,
    tags: []
  };
}
