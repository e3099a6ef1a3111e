"""Three accepted deliveries in a real Postfix on loopback, over verified STARTTLS."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
import trustme

from sep_desktop.domain.outbox import State
from sep_desktop.sync import accounts
from sep_desktop.sync.hand_over import hand_over
from sep_desktop.sync.smtp import SmtpTransport
from sep_desktop.sync.visits_queue import VisitsQueue

POSTFIX = shutil.which("postfix", path=os.environ.get("PATH", "") + ":/usr/sbin")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not POSTFIX or not hasattr(os, "geteuid") or os.geteuid() != 0,
        reason="needs Postfix and root; .ci/run sees to both",
    ),
]

MAIN = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = localhost
mydestination = localhost
virtual_mailbox_domains = harbourlights.example, council.example
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = inline:{{ head@harbourlights.example=head, chair@harbourlights.example=chair, m.oake@council.example=lead }}
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 1
smtpd_tls_security_level = may
smtpd_tls_cert_file = {root}/cert.pem
smtpd_tls_key_file = {root}/key.pem
maillog_file = {root}/queue/maillog
maillog_file_prefixes = {root}
"""
MASTER = """
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
local unix - n n - - local
postlog unix-dgram n - n - 1 postlogd
virtual unix - n n - - virtual
"""


@pytest.fixture(scope="module")
def postfix(tmp_path_factory):
    root = Path("/var/tmp") / f"sep-postfix-{os.getpid()}"
    for name in ("queue", "data", "mail", "etc"):
        (root / name).mkdir(parents=True)
    (root / "mail").chmod(0o777)
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    certificate.private_key_pem.write_to_path(str(root / "key.pem"))
    certificate.cert_chain_pems[0].write_to_path(str(root / "cert.pem"))
    authority.cert_pem.write_to_path(str(root / "ca.pem"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (root / "etc" / "main.cf").write_text(MAIN.format(root=root))
    (root / "etc" / "master.cf").write_text(MASTER.format(root=root, port=f"127.0.0.1:{port}"))
    shutil.chown(root / "data", "postfix")
    command = [POSTFIX, "-c", str(root / "etc")]
    started = subprocess.run([*command, "start"], capture_output=True, text=True, check=False)
    try:
        _wait_for(port, started)
        yield port, root
    finally:
        subprocess.run([*command, "stop"], capture_output=True, check=False)
        shutil.rmtree(root, ignore_errors=True)


def _wait_for(port, started):
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"Postfix did not start: {started.stderr}")


def test_three_accepted_deliveries(postfix, store, queued, clock):
    port, root = postfix
    for key, value in (
        ("mail.host", "localhost"),
        ("mail.port", port),
        ("mail.security", "starttls"),
        ("mail.ca_file", str(root / "ca.pem")),
    ):
        store.settings.put(key, value)
    mail = accounts.mail_settings(store)
    account = mail.account("")
    assert "answered over verified TLS" in accounts.try_connection(account)
    report = hand_over(VisitsQueue(store), SmtpTransport(account), mail.sender(), clock, at_once=True)
    assert report.states == {State.ACCEPTED: 3}, report
    assert all("queued as" in each.reply for each in store.outbox.deliveries(queued))
    wanted = {"head", "chair", "lead"}
    for _ in range(100):
        arrived = {path.name for path in (root / "mail").iterdir()}
        if arrived == wanted:
            break
        time.sleep(0.1)
    assert arrived == wanted
    assert all(b"application/pdf" in path.read_bytes() for path in (root / "mail").iterdir())
