#!/usr/bin/env python3
"""Kills the API at random while a schedule fires, and checks that each nominal time became one experiment or has a recorded reason.

Starts two processes of the API on one PostgreSQL of their own and one RabbitMQ, and the workers that the pipeline needs, all on the
loopback and in a temporary folder; registers a pipeline of a few steps and lets a schedule start it every minute. Then it kills
(SIGKILL) one process of the API or both at random moments, in the second in which a fire is due above all, and leaves them dead for up
to a minute and a half, which is across the next fires. In the end it calculates the minutes itself and compares. Prints a table; exits
1 if a minute is doubled or unexplained.

    tests/chaos/schedules.py --minutes 15 --seed 1
"""
import argparse, collections, datetime, http.server, json, os, pathlib, random, secrets, shutil, subprocess, sys, tempfile, threading, time, urllib.error, urllib.request

from chaos import ROOT, Process, can_connect, free_port, server, wait

MINUTE = datetime.timedelta(minutes=1)


class Cluster:
    """RabbitMQ, a node of the API with PostgreSQL inside, a second node on the same database, two workers."""

    def __init__(self, folder):
        self.folder, self.ports, self.processes, self.key = folder, [free_port(), free_port()], {}, secrets.token_hex(32)
        rabbit = free_port()
        (folder / "plugins").write_text("[].")
        self.bus = f"rabbitmq://guest:guest@127.0.0.1:{rabbit}/"
        self.start("rabbitmq", [server()], {
            "RABBITMQ_NODENAME": f"chaos{rabbit}@localhost", "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1", "RABBITMQ_NODE_PORT": str(rabbit),
            "RABBITMQ_DIST_PORT": str(free_port()), "ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_EPMD_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"), "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"), "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "HOME": str(folder)})
        wait(lambda: can_connect(rabbit), "RabbitMQ", 120)
        self.database = postgres(folder)
        for node in (0, 1):
            self.node(node)
        self.start("train", [ROOT / "swift", "worker", "train", "--data", folder / "worker", "--artifacts", folder / "artifacts", "--bus", self.bus])
        wait(lambda: self.get("/v1/schedules"), "the API", 180)

    def node(self, index):
        self.start(f"api{index}", [ROOT / "swift", "api", "--data", self.folder / f"data{index}", "--artifacts", self.folder / "artifacts",
                                   "--database", self.database, "--bus", self.bus, "--port", self.ports[index], "--webhook_allow", "127.0.0.1"], {"SWIFT_ADMIN_KEY": self.key})

    def start(self, name, command, env=None):
        self.processes[name] = Process(name, [str(c) for c in command], self.folder / f"{name}.log", {**os.environ, **(env or {})})

    def die(self, index):
        """SIGKILL, and nobody starts it again until node()."""
        process = self.processes[f"api{index}"]
        process.wanted = False
        process.kill()

    def request(self, port, path, body=None):
        return urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", body and json.dumps(body).encode(), {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"})

    def get(self, path):
        for port in self.ports:
            try:
                with urllib.request.urlopen(self.request(port, path), timeout=15) as answer:
                    return json.load(answer)
            except (OSError, ValueError):
                pass
        return None

    def post(self, path, body):
        try:
            with urllib.request.urlopen(self.request(self.ports[0], path, body), timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            sys.exit(f"{path}: {refused.read().decode()}")

    def events(self, name):
        version, events = 1, []
        while True:
            page = self.get(f"/v1/schedules/{name}/events?fromVersion={version}&pageSize=1000")
            if page is None:
                time.sleep(1)
                continue
            events += page["items"]
            if page["next_page_token"] is None:
                return events
            version = int(page["next_page_token"])

    def stop(self):
        for process in reversed(list(self.processes.values())):
            process.stop()
        subprocess.run(as_postgres([binary("pg_ctl"), "-D", str(self.folder / "postgres"), "-m", "immediate", "stop"]), capture_output=True)


class Receiver:
    """Who is told that experiments ended; every fifth time it does not take the message."""

    def __init__(self, dice):
        self.ids, lock = collections.defaultdict(set), threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(handler):
                message = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
                with lock:
                    refused = dice.random() < 0.2
                    if not refused:
                        self.ids[message["data"]["id"]].add(handler.headers["webhook-id"])
                handler.send_response(503 if refused else 204)
                handler.end_headers()

            def log_message(handler, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


def binary(name):
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}")) if pathlib.Path("/usr/lib/postgresql").exists() else []
    return shutil.which(name) or (str(found[-1]) if found else sys.exit(f"{name} is not installed"))


def as_postgres(command):
    return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else command


def postgres(folder):
    """A server of its own; the answer is how to reach it."""
    home, port = folder / "postgres", free_port()
    home.mkdir()
    if os.getuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    subprocess.run(as_postgres([binary("initdb"), "-D", str(home), "-U", "swift", "-A", "trust", "-E", "UTF8"]), check=True, capture_output=True)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= "
    subprocess.run(as_postgres([binary("pg_ctl"), "-D", str(home), "-w", "-o", options, "-l", str(home / "log"), "start"]), check=True, capture_output=True)
    return f"Host=127.0.0.1;Port={port};Database=postgres;Username=swift"


def pipeline(folder):
    swift = str(ROOT / "swift")
    subprocess.run([swift, "dataset", "arithmetic", "--output", folder, "--train", "40", "--test", "5"], check=True, capture_output=True)
    subprocess.run([swift, "tokenizer", "train", "--dataset", folder / "train.jsonl", "--vocab_size", "320", "--output", folder / "tokenizer"], check=True, capture_output=True)
    return {"name": "small", "model": {"tokenizer": str(folder / "tokenizer"), "config": {
        "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "max_position_embeddings": 256}},
        "stages": [{"kind": "sft", "data": {"dataset": [str(folder / "train.jsonl")]}, "train": {"max_steps": 2}}]}


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def disturb(cluster, dice, end, say):
    """One round: who dies, when, for how long."""
    now = datetime.datetime.now(datetime.timezone.utc)
    due = now.replace(second=0, microsecond=0) + MINUTE
    # Half of the deaths come around the second in which a fire is due.
    wanted = due + datetime.timedelta(seconds=dice.uniform(-0.3, 1.5)) if dice.random() < 0.5 else now + datetime.timedelta(seconds=dice.uniform(5, 60))
    time.sleep(max(0, (wanted - now).total_seconds()))
    victims = dice.choice([[0], [1], [0, 1], [0, 1]])
    for victim in victims:
        cluster.die(victim)
    rest = min(dice.choice([1, 5, 20, 90]) * dice.uniform(0.5, 1), max(1, end - time.time()))
    say(f"killed {' and '.join(f'api{v}' for v in victims)}, back in {rest:.0f} s")
    time.sleep(rest)
    for victim in victims:
        cluster.node(victim)
    return len(victims)


def experiments_of(cluster):
    listed, token = [], ""
    while token is not None:
        page = cluster.get(f"/v1/experiments?pageSize=200&orderBy=submitted_at{'&pageToken=' + token if token else ''}")
        listed += page["items"]
        token = page["next_page_token"]
    return listed


def judge(cluster, name, created):
    """Outcomes by minute, calculated here; what is not explained, what is doubled."""
    events = cluster.events(name)
    outcome, experiments = collections.defaultdict(list), []
    for event in events:
        data, kind = event["data"], event["type"].split(".")[0]
        if kind in ("schedule_fired", "fire_skipped", "fire_failed"):
            outcome[moment(data["nominal_time"])].append(kind)
            if kind == "schedule_fired":
                experiments.append(data["experiment"])
        elif kind == "fires_missed":
            at = moment(data["from"])
            while at <= moment(data["through"]):
                outcome[at].append(kind)
                at += MINUTE
    last = max(outcome)
    minute, expected = created.replace(second=0, microsecond=0) + MINUTE, []
    while minute <= last:
        expected.append(minute)
        minute += MINUTE
    silent = [m for m in expected if m not in outcome]
    doubled = [m for m, kinds in outcome.items() if len(kinds) > 1] + [m for m in outcome if m not in expected]
    mine = [e for e in experiments_of(cluster) if e["submitted_by"] == f"schedule/{name}"]
    counts = collections.Counter(kind for kinds in outcome.values() for kind in kinds)
    late = [(moment(e["timestamp"]) - moment(e["data"]["nominal_time"])).total_seconds() for e in events if e["type"].startswith("schedule_fired")]
    good = not silent and not doubled and sorted(experiments) == sorted(e["id"] for e in mine) and len(set(experiments)) == len(experiments)
    return {"nominal": len(expected), **counts, "experiments": len(mine), "status": dict(collections.Counter(e["status"] for e in mine)),
            "silent": len(silent), "doubled": len(doubled), "latest": max(late, default=0), "good": good}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="leave the folder and its logs")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="swift-chaos-"))
    dice, cluster, deaths, results, untold, ended = random.Random(options.seed), None, 0, {}, ["all"], []

    def say(text):
        print(f"{time.strftime('%X')}  {text}", file=sys.stderr, flush=True)

    # Overlap, and how long a fire that nobody was there for is still made: each policy has its own schedule.
    rules = {"allow": ("allow", 86400), "skip": ("skip", 86400), "strict": ("buffer_one", 45)}
    try:
        os.chmod(folder, 0o755)
        (folder / "input").mkdir()
        specification = pipeline(folder / "input")
        cluster, receiver = Cluster(folder), Receiver(random.Random(options.seed + 1))
        cluster.post("/v1/webhooks", {"url": receiver.url, "events": ["experiment.succeeded", "experiment.failed", "experiment.cancelled"]})
        cluster.post("/v1/pipelines", specification)
        created = {name: moment(cluster.post("/v1/schedules", {"name": name, "spec": {
            "pipeline": "small", "cron": "* * * * *", "overlap": overlap, "catchup_window": catchup}})["created_at"])
            for name, (overlap, catchup) in rules.items()}
        end = time.time() + 60 * options.minutes
        say(f"running for {options.minutes:g} minutes")
        while time.time() < end:
            deaths += disturb(cluster, dice, end, say)
        wait(lambda: cluster.get("/v1/schedules"), "the API", 120)
        time.sleep(10)
        for name in rules:
            cluster.post(f"/v1/schedules/{name}:pause", {"reason": "the end of the test"})
        wait(lambda: all(not (cluster.get(f"/v1/schedules/{name}") or {"running": [1]})["running"] for name in rules), "the end of all experiments", 300)
        for name in rules:
            results[name] = judge(cluster, name, created[name])
        ended = [e["id"] for e in experiments_of(cluster)]
        try:
            wait(lambda: all(receiver.ids.get(e) for e in ended), "the last webhook message", 400)
        finally:
            untold = [e for e in ended if len(receiver.ids.get(e, ())) != 1]
    finally:
        if cluster:
            cluster.stop()
        print(f"seed {options.seed}, {options.minutes:g} minutes, {deaths} kills of an API process")
        print(f"{'schedule':<9}{'minutes':>8}{'fired':>7}{'skipped':>8}{'missed':>7}{'experiments':>12}{'silent':>7}{'doubled':>8}{'latest':>8}")
        for name, r in results.items():
            print(f"{name:<9}{r['nominal']:>8}{r.get('schedule_fired', 0):>7}{r.get('fire_skipped', 0):>8}{r.get('fires_missed', 0):>7}"
                  f"{r['experiments']:>12}{r['silent']:>7}{r['doubled']:>8}{r['latest']:>7.1f}s  {r['status']}{'' if r['good'] else '  <-- WRONG'}")
        print(f"webhook: told of {len(ended) - len(untold)} of {len(ended)} experiments that ended, each under one id")
        if options.keep:
            print(f"logs: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 0 if len(results) == len(rules) and all(r["good"] for r in results.values()) and not untold else 1


if __name__ == "__main__":
    sys.exit(main())
