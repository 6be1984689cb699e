class AuditMixin:
    owner = "team"

    def audit(self, what):
        self.audited = getattr(self, "audited", [])
        self.audited.append((self.owner, what))


class TempMixin:
    @property
    def folder(self):
        return "/tmp/" + type(self).__name__
