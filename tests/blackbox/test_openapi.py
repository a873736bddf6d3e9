"""The description of the HTTP endpoints against the real answers of the real program."""

import json
import os
import pathlib
import sys
import unittest

import jsonschema

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.installation import Installation, random_upload  # noqa: E402
from support.server import wait_until  # noqa: E402

ENKS = os.environ["PROGRAM_UNDER_TEST"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
APP = "org.example.openapi"
SETTINGS = ["server.listen_public=127.0.0.1:0", "server.listen_internal=127.0.0.1:0",
            "publish.v1alpha1=true", "publish.truncate_window=1s", "export.min_window_age=0s",
            "jobs.create_batches_every=0s", "jobs.do_work_every=0s", "jobs.refresh_every=1s",
            "attestation.policy_file=attestation.toml"]
JSON = {"Content-Type": "application/json"}


class OpenApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.installation = Installation(ENKS, overrides=SETTINGS)
        cls.addClassCleanup(cls.installation.remove)
        # Device attestation is on, and no app's policy asks for it.
        (cls.installation.data / "attestation.toml").write_text("[policy]\n", encoding="utf-8")
        cls.installation.run("app", "add", APP, "--region", "US", "--bypass-certificate")
        cls.server = cls.installation.serve()
        cls.addClassCleanup(cls.server.stop)
        cls.description = json.loads(cls.server.request("GET", "/openapi.json")[1])

    def ask(self, path, body=None, headers=None, listener="public", template=None):
        """Sends a request, holds the answer against what is described for it, gives its status."""
        method = "GET" if body is None else "POST"
        answer, content = self.server.request(method, path, body, JSON if headers is None
                                              else headers, listener)
        described = self.description["paths"][template or path][method.lower()]["responses"]
        where = f"{method} {path} {answer.status}"
        self.assertIn(str(answer.status), described, where)
        response = described[str(answer.status)]
        for name, header in response.get("headers", {}).items():
            self.assertIn(name, answer.headers, where)
            self.validate(answer.headers[name], header["schema"])
        kind = answer.headers.get("Content-Type", "text/plain").split(";")[0]
        self.assertIn(kind, response["content"], where)
        if kind == "application/json":
            self.validate(json.loads(content), response["content"][kind]["schema"])
        return answer.status

    def validate(self, value, schema):
        """References in schemas start from the whole description."""
        resolver = jsonschema.RefResolver("", self.description)
        jsonschema.Draft202012Validator(schema, resolver=resolver).validate(value)

    def until_publish_answers(self, status):
        def answers():
            return self.server.request("POST", "/v1/publish", b"{}", JSON)[0].status == status
        wait_until(answers, 30, f"status {status}")

    def test_the_program_serves_the_documents_description(self):
        document = (ROOT / "docs" / "api" / "openapi.json").read_bytes()
        for listener in ("public", "internal"):
            self.assertEqual(self.server.request("GET", "/openapi.json", listener=listener)[1],
                             document)
        self.assertEqual(self.description["openapi"], "3.1.0")

    def test_schemas_are_schemas_and_references_lead_somewhere(self):
        for schema in self.description["components"]["schemas"].values():
            jsonschema.Draft202012Validator.check_schema(schema)

    def test_publish(self):
        body, _ = random_upload(APP)
        self.assertEqual(self.ask("/v1/publish", body), 200)
        self.assertEqual(self.ask("/v1/publish", b"{}", {**JSON, "X-Chaff": "1"}), 200)
        self.assertEqual(self.ask("/v1/publish", b"{"), 400)
        self.assertEqual(self.ask("/v1/publish", b"{}"), 401)
        self.assertEqual(self.ask("/v1/publish", b"{}", {}), 415)
        large = b'{"padding":"' + b"x" * 64_000 + b'"}'
        self.assertEqual(self.ask("/v1/publish", large), 413)

    def test_the_older_api(self):
        upload, _ = random_upload(APP)
        upload = json.loads(upload)
        upload["appPackageName"] = upload.pop("healthAuthorityID")
        upload["regions"] = ["US"]
        for name in ("traveler", "hmacKey"):
            upload.pop(name, None)
        self.assertEqual(self.ask("/", json.dumps(upload).encode()), 200)
        upload["regions"] = ["FR"]
        self.assertEqual(self.ask("/", json.dumps(upload).encode()), 401)
        self.assertEqual(self.ask("/", b"{"), 400)

    def test_device_attestation(self):
        upload = json.loads(random_upload(APP)[0])
        upload["deviceAttestation"] = {
            "scheme": "app-attest", "token": "AA==", "keyId": "AA==", "assertion": "AA==",
            "chain": ["AA=="], "signature": "AA==", "challenge": "AA=="}
        self.validate(upload, {"$ref": "#/components/schemas/PublishRequest"})
        self.assertEqual(self.ask("/v1/publish", json.dumps(upload).encode()), 200)
        upload["deviceAttestation"]["scheme"] = "no-such-scheme"
        self.assertEqual(self.ask("/v1/publish", json.dumps(upload).encode()), 400)
        self.assertEqual(self.ask("/v1/attestation-challenge"), 200)

    def test_statistics(self):
        self.assertEqual(self.ask("/v1/stats", b"{}"), 401)
        self.assertEqual(self.ask("/v1/stats", b"{"), 400)

    def test_maintenance(self):
        self.installation.run("maintenance", "on")
        try:
            self.until_publish_answers(429)
            self.assertEqual(self.ask("/v1/publish", b"{}"), 429)
            self.assertEqual(self.ask("/v1/stats", b"{}"), 429)
            self.assertEqual(self.ask("/health"), 200)
        finally:
            self.installation.run("maintenance", "off")
            self.until_publish_answers(401)

    def test_keys_files_health_and_triggers(self):
        self.assertEqual(self.ask("/v1/keys"), 200)
        for listener in ("public", "internal"):
            for path in ("/health", "/live", "/openapi.json"):
                self.assertEqual(self.ask(path, listener=listener), 200)
        for path in ("/create-batches", "/do-work", "/cleanup-exposure", "/cleanup-export",
                     "/rotate-keys", "/sync-keys"):
            self.assertEqual(self.ask(path, b"", listener="internal"), 200)
        self.assertEqual(self.ask("/metrics", listener="internal"), 200)
        self.assertEqual(self.ask("/files/no/such.zip", template="/files/{object}"), 404)

    def test_every_described_path_is_there(self):
        for path, operations in self.description["paths"].items():
            if path == "/files/{object}":
                continue
            method = next(iter(operations)).upper()
            listener = "internal" if "internal" in operations[method.lower()]["tags"] else "public"
            status = self.server.request(method, path, b"{}", JSON, listener)[0].status
            self.assertNotEqual(status, 404, path)


if __name__ == "__main__":
    unittest.main()
