/** The sidebar as a person uses it, by roles and labels; and notebooks to use it on. */
import { expect, type IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

export const RUN_MS = 240_000;

/** A file name whose pipeline no earlier run of the tests has published. */
export function unique(stem: string): string {
  return `${stem}-${Date.now().toString(36)}.ipynb`;
}

/** A notebook from its cells; text that begins with `#` and a space is a heading. */
export function notebook(...sources: string[]): string {
  const cells = sources.map((source, index) => ({
    id: `cell-${index}`,
    metadata: {},
    source,
    ...(/^#+ /.test(source)
      ? { cell_type: 'markdown' }
      : { cell_type: 'code', outputs: [], execution_count: null })
  }));
  return JSON.stringify({
    cells,
    metadata: {
      kernelspec: {
        name: 'python3',
        display_name: 'Python 3 (ipykernel)',
        language: 'python'
      },
      language_info: { name: 'python' }
    },
    nbformat: 4,
    nbformat_minor: 5
  });
}

export const WITH_HEADINGS = notebook(
  '# Numbers',
  'import math',
  '## Load',
  'numbers = [3, 1, 2]',
  '## Clean',
  'numbers.sort()\nprint("sorted", numbers)',
  '## Train',
  'total = math.fsum(numbers)',
  '## Report',
  'print(f"the total is {total}")'
);

export class Promote {
  constructor(
    readonly page: IJupyterLabPageFixture,
    private readonly _folder: string
  ) {}

  /** Mouse clicks made through `click`. */
  clicks = 0;

  get panel(): Locator {
    return this.page.getByRole('region', { name: 'Promote' });
  }

  get chips(): Locator {
    return this.page.getByRole('button', {
      name: /^Pipeline step of this cell:/
    });
  }

  async open(name: string, content: string): Promise<void> {
    const path = `${this._folder}/${name}`;
    await this.page.contents.uploadContent(content, 'text', path);
    // Not by Galata's helper, which gives a busy computer 15 seconds.
    await this.page.evaluate(async at => {
      await window.jupyterapp.commands.execute('docmanager:open', { path: at });
    }, path);
    await expect(this.front.locator('.jp-Cell').first()).toBeVisible({
      timeout: 60_000
    });
  }

  async click(target: Locator): Promise<void> {
    this.clicks += 1;
    await target.click();
  }

  /** Open the sidebar by its icon. */
  async show(): Promise<void> {
    await this.click(this.page.getByRole('tab', { name: 'Promote' }));
    await expect(this.panel).toBeVisible();
  }

  step(name: string): Locator {
    return this.panel.getByRole('button', { name: new RegExp(`^${name} `) });
  }

  button(name: string): Locator {
    return this.panel.getByRole('button', { name, exact: true });
  }

  async publish(): Promise<void> {
    await this.click(this.button('Publish'));
    await expect(this.panel.getByText(/^On \(v1\)/)).toBeVisible({
      timeout: 40_000
    });
  }

  /** Wait for the newest run's end. */
  async ended(state: 'success' | 'failed'): Promise<void> {
    const newest = this.panel
      .getByRole('list', { name: 'Runs' })
      .locator('summary')
      .first();
    await expect(newest).toContainText(state, { timeout: RUN_MS });
  }

  /** The notebook that is open in front. */
  get front(): Locator {
    return this.page.locator('.jp-NotebookPanel:visible');
  }
}
