"""the first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("row", Number, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("row"),
        sqlite_autoincrement=True,
    )
    op.create_index("api_keys_hash", "api_keys", ["hash"], unique=False)
    op.create_index("api_keys_id", "api_keys", ["id"], unique=True)
    op.create_table(
        "approvals",
        sa.Column("row", Number, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("row"),
        sqlite_autoincrement=True,
    )
    op.create_index("approvals_campaign", "approvals", ["campaign"], unique=False)
    op.create_index("approvals_id", "approvals", ["id"], unique=True)
    op.create_table(
        "assignments",
        sa.Column("row", Number, autoincrement=True, nullable=False),
        sa.Column("experiment", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("row"),
        sqlite_autoincrement=True,
    )
    op.create_index("assignments_experiment", "assignments", ["experiment"], unique=False)
    op.create_index("assignments_person", "assignments", ["person", "experiment"], unique=True)
    op.create_table(
        "campaigns",
        sa.Column("row", Number, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("row"),
        sqlite_autoincrement=True,
    )
    op.create_index("campaigns_id", "campaigns", ["id"], unique=True)
    op.create_table(
        "consents",
        sa.Column("row", Number, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("row"),
        sqlite_autoincrement=True,
    )
    op.create_index("consents_id", "consents", ["id"], unique=True)
    op.create_index("consents_person", "consents", ["person"], unique=False)
    op.create_table(
        "contact_keys",
        sa.Column("owner", Number, autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("owner"),
    )
    op.create_table(
        "contacts",
        sa.Column("row", Number, autoincrement=True, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("own_id_mac", sa.LargeBinary, nullable=True),
        sa.Column("email_mac", sa.LargeBinary, nullable=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("row"),
        sqlite_autoincrement=True,
    )
    op.create_index("contacts_email", "contacts", ["email_mac"], unique=False)
    op.create_index("contacts_own_id", "contacts", ["own_id_mac"], unique=False)
    op.create_index("contacts_person", "contacts", ["person"], unique=True)
    op.create_table(
        "decisions",
        sa.Column("row", Number, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("touchpoint", sa.Text, nullable=False),
        sa.Column("variant", sa.Text, nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("time", Number, nullable=False),
        sa.Column("batch", Number, nullable=False),
        sa.Column("leaf", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("row"),
        sqlite_autoincrement=True,
    )
    op.create_index("decisions_batch", "decisions", ["batch"], unique=False)
    op.create_index("decisions_campaign", "decisions", ["campaign", "row"], unique=False)
    op.create_index("decisions_id", "decisions", ["id"], unique=True)
    op.create_index("decisions_person", "decisions", ["person"], unique=False)
    op.create_index("decisions_shares", "decisions", ["campaign", "time", "variant"], unique=False)
    op.create_index("decisions_tally", "decisions", ["campaign", "touchpoint", "reason"], unique=False)
    op.create_table(
        "facts",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "imports",
        sa.Column("row", Number, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("time", Number, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("row"),
        sqlite_autoincrement=True,
    )
    op.create_index("imports_id", "imports", ["id"], unique=True)
    op.create_table(
        "learners",
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("fence", Number, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("campaign", "kind"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("token", Number, nullable=False),
        sa.Column("expires", Number, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "ledger",
        sa.Column("seq", Number, autoincrement=False, nullable=False),
        sa.Column("time", Number, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("schema", Number, nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "outcomes",
        sa.Column("row", Number, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("time", Number, nullable=False),
        sa.Column("value", Number, nullable=True),
        sa.Column("margin", Number, nullable=True),
        sa.Column("decision", sa.Text, nullable=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("row"),
        sqlite_autoincrement=True,
    )
    op.create_index("outcomes_decision", "outcomes", ["decision"], unique=False)
    op.create_index("outcomes_orders", "outcomes", ["kind", "time"], unique=False)
    op.create_index("outcomes_person", "outcomes", ["person"], unique=False)
    op.create_index("outcomes_source", "outcomes", ["source", "source_id"], unique=True)
    op.create_table(
        "people",
        sa.Column("row", Number, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("row"),
        sqlite_autoincrement=True,
    )
    op.create_index("people_id", "people", ["id"], unique=True)
    op.create_table(
        "person_keys",
        sa.Column("owner", Number, autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("owner"),
    )
    op.create_table(
        "replies",
        sa.Column("row", Number, autoincrement=True, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("reply", sa.LargeBinary, nullable=False),
        sa.Column("time", Number, nullable=False),
        sa.PrimaryKeyConstraint("row"),
        sqlite_autoincrement=True,
    )
    op.create_index("replies_key", "replies", ["scope", "key"], unique=True)
    op.create_index("replies_time", "replies", ["time"], unique=False)
    op.create_table(
        "snapshots",
        sa.Column("row", Number, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("row"),
        sqlite_autoincrement=True,
    )
    op.create_index("snapshots_id", "snapshots", ["id"], unique=True)
    op.create_index("snapshots_latest", "snapshots", ["campaign", "kind", "version"], unique=False)
    op.create_table(
        "suppressions",
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("time", Number, nullable=False),
        sa.PrimaryKeyConstraint("mac"),
    )
    op.create_table(
        "variants",
        sa.Column("row", Number, autoincrement=True, nullable=False),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("position", Number, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("placement", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("accepted", Number, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("row"),
        sqlite_autoincrement=True,
    )
    op.create_index("variants_id", "variants", ["campaign", "id"], unique=False)
    op.create_index("variants_order", "variants", ["campaign", "position"], unique=True)
    op.create_index(
        "variants_page", "variants", ["campaign", "placement", "locale", "accepted", "position"], unique=False
    )
