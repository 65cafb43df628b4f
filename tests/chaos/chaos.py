#!/usr/bin/env python3
"""Kills what a running pipeline stands on, and checks that nothing came of it.

Starts RabbitMQ, the API with its own PostgreSQL, and five workers as separate processes, all on the loopback and in a
temporary folder; runs the quick demo's pipeline once undisturbed; then once for each victim, killing it (SIGKILL) at
random moments and starting it again. Every experiment has to succeed, no segment may count twice, and the final model has
to have the undisturbed hash. Prints a table; exits 1 if a row does not hold.

    tests/chaos/chaos.py --seed 1 --kills 5 [--victims worker,rollout,api,postgres,rabbitmq]
"""
import argparse, collections, json, os, pathlib, random, shutil, signal, socket, subprocess, sys, tempfile, threading, time, urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = {"model_prepared.v1", "segment_trained.v1", "rollouts_generated.v1", "policy_updated.v1",
           "model_evaluated.v1", "model_exported.v1", "model_deployed.v1"}
ENDS = {"succeeded", "failed", "cancelled"}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Process:
    """A process that is started again, a little later, whenever it has died."""

    def __init__(self, name, command, log, env=None):
        self.name, self.command, self.log, self.env, self.wanted, self.process = name, command, log, env, True, None
        self.thread = threading.Thread(target=self.keep, daemon=True)
        self.thread.start()

    def keep(self):
        while self.wanted:
            with open(self.log, "ab") as log:
                self.process = subprocess.Popen(self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self.env, start_new_session=True)
            self.process.wait()
            time.sleep(1)

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)

    def stop(self):
        self.wanted = False
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
        self.thread.join(5)


class Product:
    def __init__(self, folder):
        self.folder, self.port, rabbit = folder, free_port(), free_port()
        self.bus = f"rabbitmq://guest:guest@127.0.0.1:{rabbit}/"
        self.processes = {}
        (folder / "plugins").write_text("[].")
        self.start("rabbitmq", [server()], {
            "RABBITMQ_NODENAME": f"chaos{rabbit}@localhost", "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1", "RABBITMQ_NODE_PORT": str(rabbit),
            "RABBITMQ_DIST_PORT": str(free_port()), "ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_EPMD_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"), "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"), "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "HOME": str(folder)})
        wait(lambda: can_connect(rabbit), "RabbitMQ", 120)
        self.swift("api", "api", "--data", folder / "data", "--port", self.port)
        for name, kind in [("train", "train"), ("rollout", "rollout"), ("rollout2", "rollout"), ("eval", "eval"), ("export", "export")]:
            self.swift(name, "worker", kind, "--data", folder / "worker" / name, "--artifacts", folder / "data" / "artifacts")
        wait(lambda: self.get("/health/ready"), "the product", 180)

    def start(self, name, command, env=None):
        self.processes[name] = Process(name, [str(c) for c in command], self.folder / f"{name}.log", {**os.environ, **(env or {})})

    def swift(self, name, *arguments):
        self.start(name, [ROOT / "swift", *arguments, "--bus", self.bus])

    def get(self, path):
        try:
            key = (self.folder / "data/admin.key").read_text().strip()
            request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Authorization": f"Bearer {key}"})
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except (OSError, ValueError):
            return None

    def submit(self, pipeline):
        out = subprocess.run([ROOT / "swift", "run", pipeline, "--detach", "--json", "--url", f"http://127.0.0.1:{self.port}"],
                             check=True, capture_output=True, text=True).stdout
        return json.loads(out)["id"]

    def finish(self, experiment, limit):
        view = {}

        def ended():
            nonlocal view
            view = self.get(f"/v1/experiments/{experiment}") or view
            return view.get("status") in ENDS
        try:
            wait(ended, "the end of the experiment", limit)
        except TimeoutError as late:
            print(late, file=sys.stderr)  # the table shows the state that it is stuck in
        return view

    def events(self, experiment):
        version, events = 1, []
        while True:
            page = self.get(f"/v1/experiments/{experiment}/events?fromVersion={version}&pageSize=1000")
            if page is None:
                time.sleep(1)
                continue
            events += page["items"]
            if page["next_page_token"] is None:
                return events
            version = int(page["next_page_token"])

    def kill(self, victim):
        if victim == "postgres":
            pid = int((self.folder / "data/postgres/data/postmaster.pid").read_text().split()[0])
            os.kill(pid, signal.SIGKILL)
        else:
            self.processes[victim].kill()

    def stop(self):
        for process in reversed(list(self.processes.values())):
            process.stop()


def server():
    return next((p for p in ("/usr/lib/rabbitmq/bin/rabbitmq-server",) if os.path.exists(p)), None) or shutil.which("rabbitmq-server") or sys.exit("rabbitmq-server is not installed")


def can_connect(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def wait(condition, what, seconds):
    end = time.time() + seconds
    while not condition():
        if time.time() > end:
            raise TimeoutError(f"{what} was not there after {seconds} s")
        time.sleep(0.3)


def inputs(folder):
    swift = str(ROOT / "swift")
    subprocess.run([swift, "dataset", "arithmetic", "--output", folder], check=True, capture_output=True)
    subprocess.run([swift, "tokenizer", "train", "--dataset", folder / "train.jsonl", "--vocab_size", "512", "--output", folder / "tokenizer"], check=True, capture_output=True)
    pipeline = folder / "pipeline.yaml"
    # Shorter segments than the demo's: more of them to hit.
    pipeline.write_text((ROOT / "src/Swift.Cli/Demo/arithmetic-quick.yaml").read_text().replace("segment_steps: 250", "segment_steps: 75"))
    return pipeline


def judge(product, experiment, view):
    counts = collections.Counter((e["data"]["stage"], e["data"]["segment"]) for e in product.events(experiment) if e["type"] in RESULTS)
    twice = [name for name, count in counts.items() if count > 1]
    return {"status": view["status"], "segments": len(counts), "twice": len(twice), "model": view["model"]["digest"] if view.get("model") else None,
            "retries": sum(stage["retries"] for stage in view["stages"])}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--victims", default="train,rollout,api,postgres,rabbitmq")
    parser.add_argument("--keep", action="store_true", help="leave the folder and its logs")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="swift-chaos-"))
    product, bad, rows = None, False, []
    try:
        os.chmod(folder, 0o755)
        (folder / "input").mkdir()
        pipeline = inputs(folder / "input")
        product = Product(folder)
        started = time.time()
        experiment = product.submit(pipeline)
        calm = judge(product, experiment, product.finish(experiment, 600))
        duration = time.time() - started
        rows.append(("nobody", 0, duration, calm))
        for victim in options.victims.split(","):
            dice = random.Random(f"{options.seed}/{victim}")
            started = time.time()
            experiment = product.submit(pipeline)
            for _ in range(options.kills):
                time.sleep(dice.uniform(0.2, 1.4) * duration / options.kills)
                product.kill(victim)
                print(f"{time.strftime('%X')}  killed {victim}", file=sys.stderr, flush=True)
            view = product.finish(experiment, 420)
            rows.append((victim, options.kills, time.time() - started, judge(product, experiment, view)))
            print(f"{time.strftime('%X')}  {victim}: {rows[-1][3]}", file=sys.stderr, flush=True)
    finally:
        if product:
            product.stop()
        print(f"seed {options.seed}\n{'killed':<10}{'times':>6}{'seconds':>9}  {'status':<10}{'segments':>9}{'twice':>6}{'sent again':>11}  model")
        for victim, kills, seconds, row in rows:
            same = row["model"] == rows[0][3]["model"]
            good = row["status"] == "succeeded" and row["twice"] == 0 and same and row["segments"] == rows[0][3]["segments"]
            bad |= not good
            print(f"{victim:<10}{kills:>6}{seconds:>9.0f}  {row['status']:<10}{row['segments']:>9}{row['twice']:>6}{row['retries']:>11}  "
                  f"{(row['model'] or '-')[:19]} {'as undisturbed' if same else 'DIFFERENT'}{'' if good else '  <-- WRONG'}")
        if options.keep:
            print(f"logs: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if bad or len(rows) < 1 + len(options.victims.split(",")) else 0


if __name__ == "__main__":
    sys.exit(main())
