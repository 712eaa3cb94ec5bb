"""Small notebooks that attack the dataflow, written without looking at the analysis: files, shells, databases and other effects outside the kernel."""

from tests.equivalence.table import Table

case = Table()

case(
    "file_chain",
    "open('f1.txt', 'w').write('a')",
    "open('f1.txt', 'a').write('b')",
    "print(open('f1.txt').read())",
)
case(
    "csv_round_trip",
    "df = pd.DataFrame({'a': [1, 2]}); df.to_csv('t.csv', index=False)",
    "df2 = pd.read_csv('t.csv'); df2['a'] += 1; df2.to_csv('t.csv', index=False)",
    "print(pd.read_csv('t.csv').a.tolist())",
)
case(
    "path_object_write",
    "from pathlib import Path\np = Path('d1'); p.mkdir(exist_ok=True)",
    "(p / 'x.txt').write_text('q')",
    "print((p / 'x.txt').read_text(), sorted(q.name for q in p.iterdir()))",
)
case(
    "file_removed",
    "open('gone.txt', 'w').write('1')",
    "os.remove('gone.txt')",
    "print(os.path.exists('gone.txt'))",
)
case("shell_writes", "!echo hello > s.txt", "!echo more >> s.txt", "print(open('s.txt').read())")
case(
    "writefile_magic",
    '%%writefile cfg.json\n{"k": 3}',
    "import json\nk = json.load(open('cfg.json'))['k']",
    "print(k)",
    prelude="",
)
case(
    "np_save_load",
    "np.save('arr.npy', np.arange(3))",
    "a = np.load('arr.npy') * 2; np.save('arr.npy', a)",
    "print(np.load('arr.npy').tolist())",
)
case(
    "glob_listing",
    "for i in range(3): open(f'part{i}.txt', 'w').write(str(i))",
    "import glob\nnames = sorted(glob.glob('part*.txt'))",
    "print(names, sum(int(open(n).read()) for n in names))",
)
case(
    "written_module_imported",
    "%%writefile mymod_attack.py\nVALUE = 41\ndef inc(): return VALUE + 1",
    "import mymod_attack\nv = mymod_attack.inc()",
    "print(v, mymod_attack.VALUE)",
    prelude="",
)
case(
    "sqlite_file",
    "import sqlite3\nc = sqlite3.connect('t.db'); c.execute('create table t(x)'); c.commit(); c.close()",
    "c = sqlite3.connect('t.db'); c.execute('insert into t values (5)'); c.commit(); c.close()",
    "c = sqlite3.connect('t.db'); print(c.execute('select * from t').fetchall()); c.close()",
)
case(
    "shutil_move",
    "import shutil\nopen('m1.txt', 'w').write('mv')",
    "shutil.move('m1.txt', 'm2.txt')",
    "print(os.path.exists('m1.txt'), open('m2.txt').read())",
)
case(
    "subprocess_effect",
    "import subprocess\nopen('in.txt', 'w').write('abc')",
    "subprocess.run(['cp', 'in.txt', 'out.txt'], check=True)",
    "print(open('out.txt').read())",
)
case(
    "a_file_by_the_path_of_a_link",
    "open('t.txt', 'w').write('x'); os.symlink('t.txt', 'l.txt')",
    "with open('l.txt', 'a') as f: f.write('y')",
    "print(open('t.txt').read())",
)
case(
    "one_file_from_two_folders",
    "os.makedirs('d'); open('run.log', 'a').write('a ')",
    "open('run.log', 'a').write('b ')",
    "os.chdir('d'); here = os.path.basename(os.getcwd())",
    "print(here, open('../run.log').read())",
)
