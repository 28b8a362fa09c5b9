/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCredential;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.penstock.devserver.DevServerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Option;

/** Who may talk to a development server, and how; and a client that may. */
final class ServerSecurity {
    @Option(names = "--user", paramLabel = "U", description = "Ask everybody to log in, as this user (SCRAM-SHA-256).")
    private String user;

    @Option(
            names = "--password-file",
            paramLabel = "F",
            description = "A file whose first line is the user's password.")
    private Path passwordFile;

    @Option(
            names = "--tls-keystore",
            paramLabel = "F",
            description = "Speak TLS only, with the key in this PKCS 12 file (keytool -genkeypair makes one).")
    private Path keystore;

    @Option(names = "--tls-password-file", paramLabel = "F", description = "A file whose first line is its password.")
    private Path keystorePassword;

    private SSLContext tls;

    /** Checks the options, and gives them to the server. */
    void applyTo(DevServerBuilder builder) {
        if ((user == null) != (passwordFile == null)) {
            throw Failure.usage("--user and --password-file go together");
        }
        if ((keystore == null) != (keystorePassword == null)) {
            throw Failure.usage("--tls-keystore and --tls-password-file go together");
        }
        if (user != null) {
            builder.user(user, password(passwordFile));
        }
        if (keystore != null) {
            tls = TlsKeys.context(keystore, password(keystorePassword));
            builder.tls(tls);
        }
    }

    /** A client of the server that was given these options. */
    MongoClient client(String uri) {
        MongoClientSettings.Builder settings =
                MongoClientSettings.builder().applyConnectionString(new ConnectionString(uri));
        if (user != null) {
            settings.credential(MongoCredential.createScramSha256Credential(user, "admin", password(passwordFile)));
        }
        if (tls != null) {
            // The certificate may be for another name than the loopback address; it is our own server.
            settings.applyToSslSettings(ssl -> ssl.enabled(true).context(tls).invalidHostNameAllowed(true));
        }
        return MongoClients.create(settings.build());
    }

    private static char[] password(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.findFirst()
                    .filter(line -> !line.isEmpty())
                    .orElseThrow(() -> Failure.usage(file + " holds no password"))
                    .toCharArray();
        } catch (IOException e) {
            throw Failure.usage("cannot read the password file " + file);
        }
    }
}
