import { type ChildProcess, spawn } from 'child_process';
import * as fs from 'fs';
import * as net from 'net';
import * as os from 'os';
import * as path from 'path';
// Without Galata's page, which fails a test for each request that a server does not answer.
import { expect, test } from '@playwright/test';
import { notebook } from './promote';

/** As under a JupyterHub. */
const BASE = '/user/anna';
const SLOW = { timeout: 90_000 };

async function listening(server: net.Server): Promise<number> {
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  const port = await listening(server);
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** A Jupyter server of this test's own, which is ended as if the computer had lost its power. */
class Jupyter {
  constructor(
    private readonly _port: number,
    private readonly _env: Readonly<Record<string, string>>
  ) {}

  get url(): string {
    return `http://localhost:${this._port}${BASE}`;
  }

  async start(): Promise<void> {
    this._process = spawn(
      'jupyter',
      [
        'lab',
        '--config',
        'jupyter_server_test_config.py',
        `--ServerApp.base_url=${BASE}/`
      ],
      {
        cwd: path.resolve(__dirname, '..'),
        env: {
          ...process.env,
          ...this._env,
          PROMOTE_UI_PORT: String(this._port)
        },
        stdio: 'ignore'
      }
    );
    const answers = (): Promise<boolean> =>
      fetch(`${this.url}/api`).then(
        answer => answer.ok,
        () => false
      );
    await expect.poll(answers, SLOW).toBe(true);
  }

  async kill(): Promise<void> {
    const ending = this._process;
    this._process = null;
    if (ending) {
      const ended = new Promise(resolve => ending.once('exit', resolve));
      ending.kill('SIGKILL');
      await ended;
    }
  }

  private _process: ChildProcess | null = null;
}

test('under a base URL a publish that a restarted server cut off says so, and the page goes on', async ({
  page
}) => {
  test.setTimeout(300_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pr-'));
  fs.writeFileSync(
    path.join(folder, 'cut.ipynb'),
    notebook('## Load', 'a = 1', '## Use', 'print(a)')
  );
  // An Airflow that takes a request and never answers keeps the publish where it is.
  const airflow = net.createServer(socket => {
    socket.on('error', () => undefined);
  });
  const jupyter = new Jupyter(await freePort(), {
    JUPYTERLAB_GALATA_ROOT_DIR: folder,
    PROMOTE_AIRFLOW_URL: `http://127.0.0.1:${await listening(airflow)}`,
    PROMOTE_AIRFLOW_TOKEN: 'a token'
  });
  try {
    await jupyter.start();
    await page.goto(`${jupyter.url}/lab/tree/cut.ipynb`);
    await page.getByRole('tab', { name: 'Promote' }).click(SLOW);
    const panel = page.getByRole('region', { name: 'Promote' });
    await panel.getByRole('button', { name: 'Use these 2 steps' }).click(SLOW);
    const use = panel.getByRole('button', { name: /^use / });
    await expect(use).toBeVisible(SLOW);
    await panel.getByRole('button', { name: 'Publish', exact: true }).click();
    const stages = panel.getByRole('listitem');
    await expect(stages.filter({ hasText: /^analyse/ })).toBeVisible(SLOW);

    await jupyter.kill();
    // Lab says it with a dialog of its own.
    await page.addLocatorHandler(page.locator('.jp-Dialog'), dialog =>
      dialog.getByRole('button').last().click()
    );
    await expect(
      panel.getByText('The server does not answer; it is asked again.')
    ).toBeVisible(SLOW);
    // eslint-disable-next-line jupyter/galata-prefer-notebook-cell-helper -- it is no page of Galata's
    await page.locator('.jp-CodeCell .cm-content').first().click();
    await page.keyboard.type('+ 1');
    const old = panel.getByText('Not up to date');
    await expect(old).toBeVisible(SLOW);
    await expect(use).toBeVisible();

    await jupyter.start();
    await expect(
      panel.getByText('It was interrupted: the Jupyter server was restarted.')
    ).toBeVisible(SLOW);
    await expect(
      panel.getByRole('button', { name: 'Try again' })
    ).toBeVisible();
    await expect(old).toBeHidden(SLOW);
  } finally {
    await jupyter.kill();
    airflow.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
